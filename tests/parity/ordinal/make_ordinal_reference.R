# Reference results of lavaan for ordered answers: `Rscript make_ordinal_reference.R` reads the surveys that
# make_ordinal_answers.py wrote and writes lavaan_parameters.csv, lavaan_measures.csv, lavaan_moments.csv,
# lavaan_tables.csv and lavaan_contradicting.csv. Written with lavaan 0.6-14 on R 4.2.2.
#
# fits:   sem(model, data, ordered, estimator = "WLSMV", parameterization, sampling.weights)
# tables: lavCor(answers, ordered, output = "cor") of two questions, crossed in tables.csv and contradicting.csv
suppressPackageStartupMessages(library(lavaan))
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- if (length(here)) dirname(here) else "."
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
write <- function(made, name) {
  numbers <- sapply(made, is.numeric)
  made[numbers] <- lapply(made[numbers], function(x) formatC(x, digits = 15, format = "g", width = 1))
  write.csv(made, file.path(folder, paste0("lavaan_", name, ".csv")), row.names = FALSE, quote = FALSE)
}

tight <- list(rel.tol = 1e-10, iter.max = 10000, eval.max = 20000)
parameters <- measures <- moments <- data.frame()
keep <- function(name, fit) {
  stopifnot(lavInspect(fit, "converged"))
  found <- parameterEstimates(fit, standardized = TRUE)[, c("lhs", "op", "rhs", "est", "se", "std.all")]
  parameters <<- rbind(parameters, cbind(fit = name, found))
  found <- fitMeasures(fit)
  measures <<- rbind(measures, data.frame(fit = name, measure = names(found), value = as.numeric(found)))
  found <- lavInspect(fit, "sampstat")$cov
  moments <<- rbind(moments, data.frame(fit = name, row = rownames(found)[row(found)],
    column = colnames(found)[col(found)], value = as.numeric(found)))
}

structural <- "
Q =~ x1 + x2 + x3
S =~ x4 + x5 + x6
L =~ x7 + x8
S ~ Q
comp ~ S
L ~ S + comp"
mixed <- read("mixed")
for (kind in c("delta", "theta")) {
  keep(paste0("mixed_", kind), sem(structural, mixed, ordered = setdiff(names(mixed), "x7"),
    estimator = "WLSMV", parameterization = kind, control = tight))
}
weighted <- read("weighted")
two <- "
Q =~ x1 + x2 + x3
S =~ x4 + x5 + x6
S ~ Q"
items <- paste0("x", 1:6)
keep("unweighted", sem(two, weighted[items], ordered = items, estimator = "WLSMV", control = tight))
keep("weighted", sem(two, weighted, ordered = items, estimator = "WLSMV", sampling.weights = "w",
  control = tight))
sparse <- read("sparse")
keep("sparse", sem("F =~ t1 + t2
G =~ b1 + b2
G ~ F", sparse, ordered = names(sparse), estimator = "WLSMV",
  control = tight))
write(parameters, "parameters")
write(measures, "measures")
write(moments, "moments")

for (name in c("tables", "contradicting")) {
  given <- read(name)
  found <- lapply(split(given, factor(given$table, unique(given$table))), function(cells) {
    rows <- rep(seq_len(nrow(cells)), cells$count)
    answers <- data.frame(a = cells$row[rows], b = cells$column[rows])
    rho <- suppressWarnings(lavCor(answers, ordered = c("a", "b"), output = "cor"))[1, 2]
    data.frame(table = cells$table[1], rho = rho)
  })
  write(do.call(rbind, found), name)
}
