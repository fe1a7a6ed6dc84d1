# Rscript full_information.R MODEL ANSWERS: lavaan's full information fit with everything it says about it.
suppressPackageStartupMessages(library(lavaan))
given <- commandArgs(trailingOnly = TRUE)
model <- readLines(given[1])
answers <- read.csv(given[2])
began <- proc.time()[["elapsed"]]
fitted <- sem(model, data = answers, missing = "fiml")
measures <- fitMeasures(fitted)
parameters <- parameterEstimates(fitted, standardized = TRUE, rsquare = TRUE)
cat("seconds", proc.time()[["elapsed"]] - began, "\n")
cat("chisq", measures[["chisq"]], "\n")
