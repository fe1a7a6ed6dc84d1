# What lavaan says about the misfit of four models: `Rscript make_modification_reference.R` (after
# make_data.py) writes reference/modification_*.json: modification indices, score tests of equal labels,
# residual correlations and standardised residuals. Written with lavaan 0.6-14 on R 4.2.2. Estimates are
# polished by Newton's method as in make_reference.R, so that both programs stand at the same point.
library(lavaan)

here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- file.path(if (length(here)) dirname(here) else ".", "reference")

cases <- list(
  american = "
x =~ x1 + x2 + x3
q =~ q1 + q2 + q3
v =~ v1 + v2
s =~ s1 + s2 + s3
c =~ c1
l =~ l1 + l2
q ~ x
v ~ x + q
s ~ x + q + v
c ~ s
l ~ s + c
",
  labels = "
x =~ x1 + a*x2 + a*x3
q =~ q1 + q2 + q3
v =~ v1 + v2
s =~ s1 + s2 + s3
q ~ x
v ~ x + b*q
s ~ x + q + b*v
q1 ~~ e*q1
q2 ~~ e*q2
q3 ~~ e*q3
",
  fixed = "
x =~ x1 + 0.8*x2 + x3
q =~ q1 + q2 + q3
s =~ s1 + s2 + s3
q ~ 0.5*x
s ~ x + q
",
  observed = "
x =~ x1 + x2 + x3
s1 ~ x + q2
l2 ~ s1 + q2
c1 ~ s1
x ~~ q2
"
)

arguments <- list(
  data = read.csv(file.path(folder, "plain.csv")),
  estimator = "ML", likelihood = "normal", fixed.x = FALSE
)

newton <- function(fit) {
  basis <- if (fit@Model@eq.constraints) fit@Model@eq.constraints.K else diag(sum(parTable(fit)$free > 0))
  slope <- t(basis) %*% as.vector(lavTech(fit, "gradient"))
  move <- basis %*% solve(t(basis) %*% lavTech(fit, "hessian") %*% basis, slope)
  list(values = lavaan:::lav_model_get_parameters(fit@Model) - as.vector(move), slope = max(abs(slope)))
}

at_the_optimum <- function(model) {
  fit <- do.call("sem", c(list(model = model, control = list(rel.tol = 1e-15)), arguments))
  for (step in 1:3) {
    table <- parTable(fit)
    free <- table$free > 0
    table$ustart[free] <- newton(fit)$values[table$free[free]]
    table$est <- table$se <- table$start <- NULL
    fit <- do.call("lavaan", c(list(model = table, optim.method = "none"), arguments))
  }
  fit
}

# one released equality at a time, with the change that is expected in the parameter it sets free
released <- function(fit) {
  table <- parTable(fit)
  equal <- which(table$op == "==")
  rows <- lapply(seq_along(equal), function(k) {
    test <- lavTestScore(fit, release = k, univariate = TRUE, epc = TRUE)
    row <- which(table$plabel == table$rhs[equal[k]])
    change <- test$epc[test$epc$lhs == table$lhs[row] & test$epc$op == table$op[row] &
                       test$epc$rhs == table$rhs[row], "epc"]
    data.frame(lhs = table$lhs[row], op = table$op[row], rhs = table$rhs[row],
               mi = test$uni$X2, pvalue = test$uni$p.value, epc = change)
  })
  do.call("rbind", rows)
}

number <- function(value) ifelse(is.finite(value), sprintf("%.17g", value), "null")

json <- function(value) {
  if (is.list(value)) {
    paste0("{", paste0("\"", names(value), "\": ", vapply(value, json, ""), collapse = ",\n"), "}")
  } else {
    text <- is.character(value)
    shown <- if (text) paste0("\"", gsub("\n", "\\n", value, fixed = TRUE), "\"") else number(value)
    if (length(value) == 1) shown else paste0("[", paste(shown, collapse = ", "), "]")
  }
}

for (name in names(cases)) {
  fit <- at_the_optimum(cases[[name]])
  indices <- modificationIndices(fit, information = "expected")
  residual <- lavResiduals(fit, type = "cor.bentler", zstat = FALSE, summary = FALSE)$cov
  z <- residuals(fit, type = "standardized")$cov
  out <- list(
    meta = list(
      program = "lavaan", version = as.character(packageVersion("lavaan")), R = R.version.string,
      call = paste("sem(model, data, estimator = 'ML', likelihood = 'normal', fixed.x = FALSE), then",
                   "Newton's method; modificationIndices(fit, information = 'expected');",
                   "lavTestScore(fit, release = k, epc = TRUE); lavResiduals(fit, type = 'cor.bentler');",
                   "residuals(fit, type = 'standardized')"),
      data = "plain.csv", model = cases[[name]], n = lavInspect(fit, "ntotal"), gradient = newton(fit)$slope
    ),
    indices = as.list(as.data.frame(unclass(indices))[c("lhs", "op", "rhs", "mi", "epc", "sepc.all")]),
    items = rownames(residual),
    residual = as.vector(unclass(residual)),
    z = as.vector(unclass(z)),
    srmr = unname(fitMeasures(fit, "srmr"))
  )
  if (any(parTable(fit)$op == "==")) out$released <- as.list(released(fit))
  writeLines(json(out), file.path(folder, paste0("modification_", name, ".json")))
  cat(sprintf("%-10s gradient %.1e, %d indices\n", name, out$meta$gradient, nrow(indices)))
}
