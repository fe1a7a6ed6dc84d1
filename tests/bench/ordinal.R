# Rscript ordinal.R MODEL ANSWERS: lavaan's fit of ordered answers with everything it says about it.
suppressPackageStartupMessages(library(lavaan))
given <- commandArgs(trailingOnly = TRUE)
model <- readLines(given[1])
answers <- read.csv(given[2])
began <- proc.time()[["elapsed"]]
fitted <- sem(model, data = answers, ordered = names(answers), estimator = "WLSMV")
measures <- fitMeasures(fitted)
parameters <- parameterEstimates(fitted, standardized = TRUE, rsquare = TRUE)
cat("seconds", proc.time()[["elapsed"]] - began, "\n")
cat("chisq_scaled", measures[["chisq.scaled"]], "\n")
