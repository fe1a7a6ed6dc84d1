# Rscript pls.R PROGRAM TASK.txt ANSWERS.csv DRAWS: the bootstrap of R's plspm or seminr.
#
# TASK has lines `block CONSTRUCT ITEM ...` and `path DRIVER TARGET`, drivers before what they drive.
# Prints `seconds` of the bootstrap (plspm: its first fit included), then the paths of the whole sample.

given <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(given[3])
draws <- as.integer(given[4])
lines <- strsplit(readLines(given[2]), " ")
kind <- vapply(lines, `[`, "", 1)
blocks <- lapply(lines[kind == "block"], function(one) one[-(1:2)])
names(blocks) <- vapply(lines[kind == "block"], `[`, "", 2)
paths <- lapply(lines[kind == "path"], function(one) one[2:3])

if (given[1] == "plspm") {
  inner <- matrix(0, length(blocks), length(blocks), dimnames = list(names(blocks), names(blocks)))
  for (path in paths) inner[path[2], path[1]] <- 1
  taken <- system.time(
    made <- plspm::plspm(
      answers, inner, unname(blocks), modes = rep("A", length(blocks)), scheme = "path",
      tol = 1e-7, maxiter = 300, boot.val = TRUE, br = draws
    )
  )
  found <- made$path_coefs
} else {
  library(seminr)
  measured <- do.call(constructs, unname(Map(function(name, items) composite(name, items), names(blocks), blocks)))
  related <- do.call(relationships, lapply(paths, function(path) paths(from = path[1], to = path[2])))
  made <- estimate_pls(answers, measured, related)
  taken <- system.time(bootstrap_model(made, nboot = draws, cores = 1, seed = 1))
  found <- t(made$path_coef)
}
cat("seconds", taken[["elapsed"]], "\n")
for (path in paths) cat(paste0(path[1], ">", path[2]), format(found[path[2], path[1]], digits = 12), "\n")
