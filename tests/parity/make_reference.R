# Reference results of lavaan: `Rscript make_reference.R` (after make_data.py) writes reference/*.json.
# Written with lavaan 0.6-14 on R 4.2.2. Estimates are polished by Newton's method on lavaan's own
# gradient and Hessian, since its default stop leaves them 1e-5 from the optimum.
library(lavaan)

here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- file.path(if (length(here)) dirname(here) else ".", "reference")

measurement <- "
x =~ x1 + x2 + x3
q =~ q1 + q2 + q3
v =~ v1 + v2
s =~ s1 + s2 + s3
"
outcomes <- "
c =~ c1
l =~ l1 + l2
"
chain <- "
q ~ x
v ~ x + q
s ~ x + q + v
c ~ s
l ~ s + c
"
american <- paste0(measurement, outcomes, chain)
parts_measurement <- "
x =~ x1 + x2 + x3
p =~ p1 + p2 + p3
r =~ r1 + r2 + r3
s =~ s1 + s2 + s3
l =~ l1 + l2
"

cases <- list(
  american = list(data = "plain", model = american),
  two_exogenous = list(data = "plain", model = paste0(measurement, "v ~ x + q\ns ~ x + q + v\n")),
  two_terminal = list(data = "plain", model = paste0(
    measurement, outcomes, "q ~ x\nv ~ x + q\ns ~ q + v\nc ~ s\nl ~ s\n")),
  equal_labels = list(data = "plain", model = paste0(
    "x =~ x1 + a*x2 + a*x3\nq =~ q1 + q2 + q3\nv =~ v1 + v2\ns =~ s1 + s2 + s3\n",
    "q ~ x\nv ~ x + b*q\ns ~ x + q + b*v\nq1 ~~ e*q1\nq2 ~~ e*q2\n")),
  fixed_loading = list(data = "plain", model = paste0(
    "x =~ x1 + 0.8*x2 + x3\nq =~ q1 + q2 + q3\ns =~ s1 + s2 + s3\nq ~ 0.5*x\ns ~ x + q\n")),
  error_covariance = list(data = "plain", model = paste0(
    measurement, "q ~ x\nv ~ x + q\ns ~ x + q + v\nx3 ~~ q3\nx1 ~~ q1\n")),
  unit_variance = list(data = "plain", model = paste0(
    "x =~ NA*x1 + x2 + x3\nq =~ NA*q1 + q2 + q3\ns =~ s1 + s2 + s3\n",
    "x ~~ 1*x\nq ~~ 1*q\ns ~ x + q\n")),
  single_indicators = list(data = "plain", model = "
x =~ x1
q =~ q2
s =~ s1
l =~ l2
q ~ x
s ~ x + q
l ~ s
"),
  observed_variables = list(data = "plain", model = "
x =~ x1 + x2 + x3
s1 ~ x + q2
l2 ~ s1 + q2
c1 ~ s1
x ~~ q2
"),
  heywood = list(data = "heywood", model = "q =~ q1 + q2\ns =~ s1 + s2 + s3\ns ~ q\n"),
  second_order = list(data = "parts", model = paste0(parts_measurement, "
q =~ p + r
q ~ x
s ~ q + x
l ~ s
")),
  composite = list(data = "parts", model = paste0(parts_measurement, "
q =~ 0*p1
p ~ x
r ~ x
q ~ 1*p + r
q ~~ 0*q
s ~ x + q
l ~ s
")),
  weights = list(data = "plain", model = american, sampling.weights = "weight"),
  clusters = list(data = "plain", model = american, cluster = "cluster")
)

polished <- function(model, arguments) {
  tight <- list(iter.max = 20000, eval.max = 40000, rel.tol = 1e-15, abs.tol = 1e-20, x.tol = 1e-12)
  fit <- do.call("sem", c(list(model = model, control = tight), arguments))
  for (step in 1:3) {
    table <- parTable(fit)
    free <- table$free > 0
    slope <- as.vector(lavTech(fit, "gradient"))
    curvature <- lavTech(fit, "hessian")
    basis <- diag(length(slope))
    if (fit@Model@eq.constraints) basis <- fit@Model@eq.constraints.K
    move <- basis %*% solve(t(basis) %*% curvature %*% basis, t(basis) %*% slope)
    theta <- lavaan:::lav_model_get_parameters(fit@Model) - as.vector(move)
    table$ustart[free] <- theta[table$free[free]]
    table$est <- table$se <- table$start <- NULL
    fit <- do.call("lavaan", c(list(model = table, optim.method = "none"), arguments))
  }
  attr(fit, "slope") <- max(abs(t(basis) %*% as.vector(lavTech(fit, "gradient"))))
  fit
}

json <- function(value) {
  if (is.list(value)) {
    paste0("{", paste0("\"", names(value), "\": ", vapply(value, json, ""), collapse = ",\n"), "}")
  } else if (is.character(value)) {
    quoted <- paste0("\"", gsub("\n", "\\n", gsub("\"", "'", value), fixed = TRUE), "\"")
    if (length(value) == 1) quoted else paste0("[", paste(quoted, collapse = ", "), "]")
  } else {
    shown <- ifelse(is.finite(value), sprintf("%.17g", value), "null")
    if (length(value) == 1) shown else paste0("[", paste(shown, collapse = ", "), "]")
  }
}

for (name in names(cases)) {
  case <- cases[[name]]
  arguments <- list(
    data = read.csv(file.path(folder, paste0(case$data, ".csv"))),
    estimator = "ML", likelihood = "normal", fixed.x = FALSE
  )
  design <- case[intersect(names(case), c("sampling.weights", "cluster"))]
  if (length(design)) arguments$estimator <- "MLR"
  fit <- polished(case$model, c(arguments, design))
  found <- parameterEstimates(fit, standardized = TRUE)
  found <- found[found$op != "~1" & !(found$op == "=~" & found$lhs == "q" & found$rhs == "p1"), ]
  measures <- fitMeasures(fit, c(
    "npar", "chisq", "df", "pvalue", "baseline.chisq", "baseline.df", "cfi", "tli", "rmsea",
    "rmsea.ci.lower", "rmsea.ci.upper", "srmr", "gfi", "agfi", "logl", "aic", "bic"))
  correlations <- lavInspect(fit, "cor.lv")
  text <- json(list(
    meta = list(
      program = "lavaan", version = as.character(packageVersion("lavaan")), R = R.version.string,
      call = paste0("sem(model, data, estimator = '", arguments$estimator, "', likelihood = 'normal', ",
                    "fixed.x = FALSE", paste0(", ", names(design), " = '", design, "'", recycle0 = TRUE),
                    "), then Newton's method"),
      data = paste0(case$data, ".csv"), model = case$model, n = lavInspect(fit, "ntotal"),
      gradient = attr(fit, "slope")
    ),
    parameters = list(
      lhs = found$lhs, op = found$op, rhs = found$rhs, est = found$est, se = found$se,
      std_all = found$std.all
    ),
    fit = as.list(measures),
    constructs = rownames(correlations),
    correlations = as.vector(unclass(correlations)),
    r2 = as.list(lavInspect(fit, "r2"))
  ))
  writeLines(text, file.path(folder, paste0(name, ".json")))
  cat(sprintf("%-18s gradient %.1e  chisq %.4f\n", name, attr(fit, "slope"), measures["chisq"]))
}
