# lavaan's theta fit of the public mobile phone survey, whose delta fit has one error 1 % off (see
# ../test_ordinal_lavaan.py): `Rscript make_mobile_theta.R mobi.csv model.txt parameters.csv` with the survey,
# its model in lavaan's words, and the table `parameters` of `csi fit --estimator wlsmv --parameterisation
# theta`. Writes lavaan_mobile_theta.csv. Written with lavaan 0.6-14 on R 4.2.2.
#
# From its own start lavaan runs off to paths of 323 and -506 and says that it did not converge: the fit is
# inadmissible. Started at our estimates it stops after one iteration, gradient 6e-7.
#
# fit: sem(model, data, ordered = <all items>, estimator = "WLSMV", parameterization = "theta", start)
suppressPackageStartupMessages(library(lavaan))
given <- commandArgs(trailingOnly = TRUE)
model <- paste(readLines(given[2], warn = FALSE), collapse = "\n")
items <- lavaanNames(lavaanify(model), "ov")
answers <- read.csv(given[1])[items]
fitted <- function(...) sem(model, answers, ordered = items, estimator = "WLSMV", parameterization = "theta", ...)
start <- parameterTable(fitted(do.fit = FALSE))
ours <- read.csv(given[3])
key <- function(x) paste(x$lhs, x$op, x$rhs)
free <- start$free > 0
start$est[free] <- ours$est[match(key(start)[free], key(ours))]
stopifnot(!anyNA(start$est[free]))
fit <- fitted(start = start)
stopifnot(lavInspect(fit, "converged"), lavInspect(fit, "iterations") <= 2,
  max(abs(lavInspect(fit, "gradient"))) < 1e-5)
found <- parameterEstimates(fit)
found <- found[is.finite(found$se) & found$se > 0, c("lhs", "op", "rhs", "est", "se")]
for (name in c("est", "se")) found[[name]] <- formatC(found[[name]], digits = 15, format = "g", width = 1)
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
write.csv(found, file.path(dirname(here), "lavaan_mobile_theta.csv"), row.names = FALSE, quote = FALSE)
