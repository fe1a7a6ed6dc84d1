# Reference results of lavaan for robust, incomplete, weighted, clustered and grouped fits and for looking into
# a fit: `Rscript make_inference_reference.R [topic ...]` (after make_inference_data.py) writes reference/*.json.
# Written with lavaan 0.6-14 on R 4.2.2. Estimates are polished by Newton's method on lavaan's own gradient and
# Hessian (in the space of the equality constraints), saturated moments by a tight EM. The warnings that vcov "does
# not appear to be positive definite" come from those constraints: it then has fewer dimensions than parameters.
library(lavaan)

here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- file.path(if (length(here)) dirname(here) else ".", "reference")

# ---- models ----

bollen <- "
ind60 =~ x1 + x2 + x3
dem60 =~ y1 + y2 + y3 + y4
dem65 =~ y5 + y6 + y7 + y8
dem60 ~ ind60
dem65 ~ ind60 + dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8
"
holzinger <- "
visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9
"
measured <- "
x =~ x1 + x2 + x3
q =~ q1 + q2 + q3
v =~ v1 + v2
s =~ s1 + s2 + s3
"
chain <- paste0(measured, "q ~ x\nv ~ x + q\ns ~ x + q + v\n")
# Without the paths that pass over a construct: it does not fit, so that no measure is cut at 0 or 1.
narrow <- paste0(measured, "q ~ x\nv ~ q\ns ~ v\n")
american <- paste0(chain, "c =~ c1\nl =~ l1 + l2\nc ~ s\nl ~ s + c\n")
labelled <- paste0(measured, "q ~ c(qx1, qx2, qx3)*x
v ~ c(vx1, vx2, vx3)*x + c(vq1, vq2, vq3)*q
s ~ c(sx1, sx2, sx3)*x + c(sq1, sq2, sq3)*q + c(sv1, sv2, sv3)*v
")
levels_of_invariance <- list(
  configural = character(),
  metric = "loadings",
  scalar = c("loadings", "intercepts"),
  strict = c("loadings", "intercepts", "residuals")
)

# ---- fitting ----

read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))

written <- function(value) {
  if (length(value) > 1) paste0("c(", paste(written_one(value), collapse = ", "), ")") else written_one(value)
}

written_one <- function(value) if (is.character(value)) paste0("'", value, "'") else as.character(value)

# A fit at the optimum to rounding; `arguments` are sem()'s beside model and data.
polished <- function(model, data, ...) {
  arguments <- c(list(likelihood = "normal", fixed.x = FALSE), list(...))
  shown <- paste0(", ", names(arguments), " = ", vapply(arguments, written, ""), collapse = "")
  exact <- list(data = read(data))
  if (identical(arguments$missing, "ml")) exact <- c(exact, em.h1.iter.max = 100000, em.h1.tol = 1e-13)
  arguments <- c(exact, arguments)
  fit <- newton(do.call("sem", c(list(model = model), arguments)), arguments)
  attr(fit, "arguments") <- arguments
  attr(fit, "call") <- paste0("sem(model, data", shown, "), then Newton's method")
  attr(fit, "data") <- paste0(data, ".csv")
  attr(fit, "text") <- model
  fit
}

# Newton's method from where lavaan stopped; `slope` is the largest gradient that is left.
newton <- function(fit, arguments, steps = 6) {
  for (step in seq_len(steps)) {
    slope <- as.vector(lavTech(fit, "gradient"))
    curvature <- lavTech(fit, "hessian")
    basis <- constraint_basis(fit)
    before <- max(abs(t(basis) %*% slope))
    move <- basis %*% solve(t(basis) %*% curvature %*% basis, t(basis) %*% slope)
    theta <- lavaan:::lav_model_get_parameters(fit@Model) - as.vector(move)
    fit <- do.call("lavaan", c(list(model = table_at(fit, theta), optim.method = "none"), arguments))
    if (step > 2 && before < 1e-13) break
  }
  attr(fit, "slope") <- max(abs(t(basis) %*% as.vector(lavTech(fit, "gradient"))))
  fit
}

constraint_basis <- function(fit) {
  if (fit@Model@eq.constraints) fit@Model@eq.constraints.K else diag(fit@Model@nx.free)
}

table_at <- function(fit, theta) {
  table <- parTable(fit)
  free <- table$free > 0
  table$ustart[free] <- theta[table$free[free]]
  table$est <- table$se <- table$start <- NULL
  table
}

# The free model where it says the same as the restricted one (M10 of Satorra & Bentler 2010). lavaan's own
# M10 copies parameters by name and so misses the latent means that the restricted model has and the free one
# has not; here the free model is fitted to the moments that the restricted one implies.
free_at_restricted <- function(free, restricted) {
  arguments <- attr(free, "arguments")
  implied <- restricted@implied
  moments <- c(
    arguments[setdiff(names(arguments), c("data", "group", "group.equal", "estimator"))],
    list(sample.cov = implied$cov, sample.mean = implied$mean, sample.nobs = lavInspect(free, "nobs"),
         sample.cov.rescale = FALSE, estimator = "ML", se = "none", baseline = FALSE)
  )
  named <- lavNames(free, "ov")
  moments$sample.cov <- lapply(moments$sample.cov, function(cov) structure(cov, dimnames = list(named, named)))
  start <- table_at(free, lavaan:::lav_model_get_parameters(free@Model))
  matched <- newton(do.call("lavaan", c(list(model = start), moments)), moments)
  theta <- lavaan:::lav_model_get_parameters(matched@Model)
  at <- do.call("lavaan", c(list(model = table_at(free, theta), optim.method = "none"), arguments))
  stopifnot(abs(at@test[[1]]$stat - restricted@test[[1]]$stat) < 1e-7)
  at
}

satorra_bentler_2010 <- function(free, restricted) {
  factor <- function(fit) fit@test[[2]]$scaling.factor
  degrees <- function(fit) fit@test[[1]]$df
  df <- degrees(restricted) - degrees(free)
  middle <- factor(free_at_restricted(free, restricted))
  scale <- (degrees(restricted) * factor(restricted) - degrees(free) * middle) / df
  chisq <- (restricted@test[[1]]$stat - free@test[[1]]$stat) / scale
  c(chisq_diff = chisq, df_diff = df, pvalue = pchisq(chisq, df, lower.tail = FALSE), middle_factor = middle)
}

# ---- what is told about a fit ----

key <- function(table) paste(table$lhs, table$op, table$rhs, if (is.null(table$group)) 1 else table$group)

parameters <- function(fit) {
  found <- parameterEstimates(fit, standardized = TRUE)
  found <- found[found$op != "==", ]
  unit <- standardizedSolution(fit)
  unit <- unit[match(key(found), key(unit)), ]
  several <- lavInspect(fit, "ngroups") > 1
  c(
    as.list(found[c("lhs", "op", "rhs")]),
    if (several) list(group = found$group),
    as.list(found[c("est", "se", "z", "pvalue")]),
    list(std_all = unit$est.std, std_se = unit$se, std_z = unit$z, std_pvalue = unit$pvalue)
  )
}

# Matrices row by row, so that any reader can reshape them.
flat <- function(matrix) as.vector(t(unclass(matrix)))

moments_of_groups <- function(fit) {
  labels <- lavInspect(fit, "group.label")
  standard <- fit@test[[1]]
  list(
    labels = labels,
    n = lavInspect(fit, "nobs"),
    chisq = standard$stat.group,
    constructs = lavNames(fit, "lv"),
    means = lapply(lavInspect(fit, "mean.lv"), as.vector),
    covariances = lapply(lavInspect(fit, "cov.lv"), flat)
  )
}

program <- list(
  program = "lavaan", version = as.character(packageVersion("lavaan")), R = R.version.string
)

described <- function(fit, extra = list()) {
  grouped <- lavInspect(fit, "ngroups") > 1
  factor <- if (length(fit@test) > 1) fit@test[[2]]$scaling.factor else NA
  told <- list(
    meta = list(
      call = attr(fit, "call"), data = attr(fit, "data"), model = attr(fit, "text"),
      n = lavInspect(fit, "ntotal"), meanstructure = as.numeric(lavInspect(fit, "meanstructure")),
      gradient = attr(fit, "slope"), scaling_factor = factor
    ),
    parameters = parameters(fit),
    fit = as.list(fitMeasures(fit))
  )
  if (grouped) told$groups <- moments_of_groups(fit)
  c(told, extra)
}

# lavaan's default is the expected information, also with gaps and after standard errors by the observed one.
modification <- function(fit, information = "expected") {
  indices <- modificationIndices(fit, information = information)[c("lhs", "op", "rhs", "mi", "epc", "sepc.all")]
  names(indices)[6] <- "sepc_all"
  as.list(indices)
}

inspected <- function(fit) {
  residuals_of <- function(type) {
    found <- lavResiduals(fit, type = type, se = TRUE, zstat = TRUE, summary = TRUE, add.class = FALSE)
    means <- if (is.null(found$mean)) list() else list(
      mean = as.vector(found$mean), mean_se = as.vector(found$mean.se), mean_z = as.vector(found$mean.z))
    made <- c(list(cov = flat(found$cov), se = flat(found$cov.se), z = flat(found$cov.z)), means)
    if (type != "raw") {
      summary <- as.data.frame(found$summary)
      made$summary <- c(list(row = rownames(summary)), as.list(summary))
    }
    made
  }
  classic <- function(type) flat(lavaan::residuals(fit, type = type)$cov)
  list(
    modification = modification(fit),
    modification_observed = modification(fit, "observed"),
    items = lavNames(fit, "ov"),
    residuals = list(
      raw = residuals_of("raw"), cor_bentler = residuals_of("cor.bentler"),
      cor_bollen = residuals_of("cor.bollen"),
      normalized = classic("normalized"), standardized = classic("standardized")
    )
  )
}

saturated <- function(fit) {
  h1 <- lavTech(fit, "h1")[[1]]
  list(
    items = lavNames(fit, "ov"), mean = as.vector(h1$mean), cov = flat(h1$cov),
    patterns = nrow(lavInspect(fit, "patterns"))
  )
}

chisq_difference <- function(free, restricted, method = "default") {
  found <- as.data.frame(suppressWarnings(lavTestLRT(free, restricted, method = method)))[2, ]
  c(chisq_diff = found[["Chisq diff"]], df_diff = found[["Df diff"]], pvalue = found[["Pr(>Chisq)"]])
}

# Every chi-square difference that the estimator allows, by the name of its method.
difference_tests <- function(free, restricted) {
  if (length(free@test) == 1) return(list(plain = as.list(chisq_difference(free, restricted))))
  list(
    satorra_bentler_2001 = as.list(chisq_difference(free, restricted, "satorra.bentler.2001")),
    satorra_bentler_2010 = as.list(satorra_bentler_2010(free, restricted)),
    lavaan_2010 = as.list(chisq_difference(free, restricted, "satorra.bentler.2010"))
  )
}

# The tests between neighbours in a list of nested fits, by the name of the restricted one.
ladder_tests <- function(fits) {
  setNames(lapply(seq_along(fits)[-1], function(k) difference_tests(fits[[k - 1]], fits[[k]])), names(fits)[-1])
}

# Score tests of single equality constraints; each is written as the two parameters that it ties.
score_tests <- function(fit) {
  found <- lavTestScore(fit)
  table <- parTable(fit)
  single <- as.data.frame(found$uni)
  first <- table[match(single$lhs, table$plabel), ]
  second <- table[match(single$rhs, table$plabel), ]
  list(
    lhs = first$lhs, op = first$op, rhs = first$rhs, group = first$group, other_group = second$group,
    chisq = single$X2, df = single$df, pvalue = single$p.value,
    total = list(chisq = found$test$X2, df = found$test$df, pvalue = found$test$p.value)
  )
}

# ---- JSON ----

json <- function(value) {
  if (is.list(value)) {
    if (is.null(names(value))) return(paste0("[", paste(vapply(value, json, ""), collapse = ", "), "]"))
    paste0("{", paste0("\"", names(value), "\": ", vapply(value, json, ""), collapse = ",\n"), "}")
  } else if (is.character(value)) {
    quoted <- paste0("\"", gsub("\n", "\\n", gsub("\"", "'", value), fixed = TRUE), "\"")
    if (length(value) == 1) quoted else paste0("[", paste(quoted, collapse = ", "), "]")
  } else {
    shown <- ifelse(is.finite(value), sprintf("%.15g", value), "null")
    if (length(value) == 1) shown else paste0("[", paste(shown, collapse = ", "), "]")
  }
}

# ---- topics ----

topic_bollen <- function() {
  listing <- function(...) polished(bollen, "bollen", ...)
  partial <- function(...) polished(bollen, "bollen_gaps", missing = "ml", ...)
  incomplete <- partial(estimator = "ML")
  list(
    ml = described(listing(estimator = "ML")),
    ml_observed = described(listing(estimator = "ML", information = "observed")),
    ml_means = described(listing(estimator = "ML", meanstructure = TRUE)),
    mlr = described(listing(estimator = "MLR")),
    mlr_means = described(listing(estimator = "MLR", meanstructure = TRUE)),
    mlm = described(listing(estimator = "MLM")),
    fiml = described(incomplete, list(saturated = saturated(incomplete))),
    fiml_expected = described(partial(estimator = "ML", information = "expected")),
    fiml_mlr = described(partial(estimator = "MLR"))
  )
}

topic_holzinger <- function() {
  fitted <- function(...) described(polished(holzinger, "holzinger", ...))
  list(
    ml = fitted(estimator = "ML"),
    ml_observed = fitted(estimator = "ML", information = "observed"),
    mlr = fitted(estimator = "MLR"),
    mlr_means = fitted(estimator = "MLR", meanstructure = TRUE),
    mlm = fitted(estimator = "MLM")
  )
}

# The four levels of invariance by one estimator, and the tests between them.
ladder <- function(model, data, group, estimator) {
  fits <- lapply(levels_of_invariance, function(equal) {
    arguments <- list(model, data, estimator = estimator, group = group, meanstructure = TRUE)
    if (length(equal)) arguments$group.equal <- equal
    do.call(polished, arguments)
  })
  made <- lapply(fits, described)
  made$tests <- ladder_tests(fits)
  if (estimator == "ML") {
    made$score <- list(metric = score_tests(fits$metric), scalar = score_tests(fits$scalar))
  }
  made
}

ladders <- function(...) list(ml = ladder(..., "ML"), mlr = ladder(..., "MLR"))

topic_holzinger_schools <- function() ladders(holzinger, "holzinger", "school")

topic_groups <- function() ladders(chain, "groups", "g")

# Are the paths the same in the groups? Loadings are equal throughout.
path_tests <- function(estimator) {
  fitted <- function(model, equal) {
    polished(model, "groups", estimator = estimator, group = "g", group.equal = equal, meanstructure = TRUE)
  }
  free <- fitted(labelled, "loadings")
  all_equal <- fitted(chain, c("loadings", "regressions"))
  told <- list(
    free = described(free), equal = described(all_equal), equal_tests = difference_tests(free, all_equal)
  )
  paths <- c("qx", "vx", "vq", "sx", "sq", "sv")
  told$single <- lapply(setNames(paths, paths), function(path) {
    wald <- lavTestWald(free, constraints = paste0(path, "1 == ", path, 2:3, collapse = "\n"))
    restricted <- fitted(gsub(paste0(path, "[123]"), path, labelled), "loadings")
    list(
      outcome = substr(path, 1, 1), driver = substr(path, 2, 2), tests = difference_tests(free, restricted),
      wald = list(chisq = wald$stat, df = wald$df, pvalue = wald$p.value),
      restricted = list(chisq = restricted@test[[1]]$stat, gradient = attr(restricted, "slope"))
    )
  })
  together <- lavTestWald(free, constraints = paste0(
    rep(paths, each = 2), "1 == ", rep(paths, each = 2), 2:3, collapse = "\n"))
  told$wald <- list(chisq = together$stat, df = together$df, pvalue = together$p.value)
  told
}

topic_groups_paths <- function() list(ml = path_tests("ML"), mlr = path_tests("MLR"))

topic_gaps <- function() {
  available <- function(...) polished(american, "gaps", missing = "ml", ...)
  fit <- available(estimator = "ML")
  list(
    fiml = described(fit, c(list(saturated = saturated(fit)), inspected(fit))),
    fiml_expected = described(available(estimator = "ML", information = "expected")),
    fiml_mlr = described(available(estimator = "MLR")),
    fiml_narrow = described(polished(narrow, "gaps", missing = "ml", estimator = "ML")),
    fiml_mlr_narrow = described(polished(narrow, "gaps", missing = "ml", estimator = "MLR")),
    listwise = described(polished(american, "gaps", estimator = "ML"))
  )
}

topic_design <- function() {
  robust <- function(model, data, ...) described(polished(model, data, estimator = "MLR", ...))
  list(
    weights = robust(american, "plain", sampling.weights = "weight"),
    weights_means = robust(american, "plain", sampling.weights = "weight", meanstructure = TRUE),
    clusters = robust(american, "plain", cluster = "cluster"),
    gaps_weights = robust(american, "gaps", missing = "ml", sampling.weights = "weight"),
    gaps_clusters = robust(american, "gaps", missing = "ml", cluster = "cluster"),
    weights_narrow = robust(narrow, "plain", sampling.weights = "weight", meanstructure = TRUE),
    clusters_narrow = robust(narrow, "plain", cluster = "cluster"),
    gaps_weights_narrow = robust(narrow, "gaps", missing = "ml", sampling.weights = "weight")
  )
}

topic_inspection <- function() {
  looked <- function(model, data) {
    fit <- polished(model, data, estimator = "ML")
    described(fit, inspected(fit))
  }
  list(
    bollen = looked(bollen, "bollen"),
    holzinger = looked(holzinger, "holzinger"),
    american = looked(american, "plain")
  )
}

topics <- c("bollen", "holzinger", "holzinger_schools", "groups", "groups_paths", "gaps", "design", "inspection")
asked <- commandArgs(trailingOnly = TRUE)
for (topic in if (length(asked)) asked else topics) {
  found <- get(paste0("topic_", topic))()
  writeLines(json(c(list(meta = program), found)), file.path(folder, paste0(topic, ".json")))
  cat(topic, "\n")
}
