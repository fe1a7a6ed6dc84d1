# Rscript bootstrap.R MODEL ANSWERS DRAWS: lavaan's bootstrap of a model, and how long it takes.
suppressPackageStartupMessages(library(lavaan))
given <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(given[2])
fitted <- suppressWarnings(sem(readLines(given[1]), data = answers))
began <- proc.time()[["elapsed"]]
drawn <- suppressWarnings(
  bootstrapLavaan(fitted, R = as.integer(given[3]), FUN = "coef", parallel = "no", iseed = 1)
)
cat("seconds", proc.time()[["elapsed"]] - began, "\n")
used <- drawn[complete.cases(drawn), , drop = FALSE]
sides <- strsplit(names(coef(fitted)), "~~", fixed = TRUE)
variances <- vapply(sides, function(side) length(side) == 2 && side[1] == side[2], logical(1))
cat("used", nrow(used), "\n")
cat("at_bound", sum(apply(used[, variances, drop = FALSE] <= 1e-9, 1, any)), "\n")
