# Reference results of the package survey for weights that meet known margins: `Rscript make_weighting_reference.R`
# writes reference/weighting.csv (a made-up survey) and reference/weighting.json.
# Written with survey 4.1-1 on R 4.2.2.
#
# post-stratification: postStratify() and svymean(), whole and domain, with base weights, strata and clusters
# raking: weights of rake(); standard errors of svymean() of the residuals of lm() on both margins by the raked
#   weights, which is the linearisation of Deville & Sarndal (1992); and, for comparison, those of
#   calibrate(calfun = "raking"), whose regression is by the base weights
suppressPackageStartupMessages({
  library(survey)
  library(jsonlite)
})

here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- file.path(if (length(here)) dirname(here) else ".", "reference")

set.seed(20150)
n <- 240
made <- data.frame(
  age = sample(c("18-34", "35-54", "55+"), n, TRUE, c(.5, .3, .2)),
  sex = sample(c("f", "m"), n, TRUE, c(.65, .35)),
  stratum = rep(1:4, each = 60),
  psu = rep(1:40, each = 6),
  base = round(runif(n, .5, 2.5), 3),
  firm = sample(c("A", "B", "C"), n, TRUE)
)
level <- 6 + 1.2 * (made$age == "55+") - .8 * (made$sex == "m") + rep(rnorm(40, sd = .5), each = 6)
for (k in 1:3) made[[paste0("s", k)]] <- pmin(10, pmax(1, round(level + rnorm(n, sd = 1.4))))
write.csv(made, file.path(folder, "weighting.csv"), row.names = FALSE, quote = FALSE)

age <- data.frame(age = c("18-34", "35-54", "55+"), Freq = c(.3, .35, .35) * n)
sex <- data.frame(sex = c("f", "m"), Freq = c(.52, .48) * n)
items <- ~s1 + s2 + s3

designs <- list(
  simple = svydesign(ids = ~1, weights = rep(1, n), data = made),
  weighted = svydesign(ids = ~1, weights = ~base, data = made),
  stratified = svydesign(ids = ~1, strata = ~stratum, weights = ~base, data = made),
  clustered = svydesign(ids = ~psu, strata = ~stratum, weights = ~base, data = made, nest = TRUE)
)

means <- function(design) {
  found <- svymean(items, design)
  list(mean = unname(coef(found)), cov = unname(vcov(found)))
}

post_stratified <- lapply(designs, function(design) {
  met <- postStratify(design, ~age, age)
  list(
    weights = unname(weights(met)),
    whole = means(met),
    domain = means(subset(met, firm == "A")),
    not_young = means(subset(met, age != "18-34"))
  )
})

raked <- lapply(designs, function(design) {
  met <- rake(design, list(~age, ~sex), list(age, sex), control = list(maxit = 500, epsilon = 1e-11))
  w <- weights(met)
  given <- design
  given$prob <- 1 / w
  given$postStrata <- NULL
  rest <- sapply(c("s1", "s2", "s3"), function(name) {
    resid(lm(made[[name]] ~ age + sex, data = made, weights = w))
  })
  by_base <- calibrate(design, ~ age + sex, calfun = "raking", epsilon = 1e-12, maxit = 200,
    population = c(`(Intercept)` = n, `age35-54` = .35 * n, `age55+` = .35 * n, sexm = .48 * n))
  list(
    weights = unname(w),
    whole = list(mean = unname(coef(svymean(items, given))), cov = unname(vcov(svymean(rest, given)))),
    by_base = means(by_base),
    given = means(given)
  )
})

write_json(
  list(
    program = paste("survey", packageVersion("survey")),
    post_stratified = post_stratified,
    raked = raked
  ),
  file.path(folder, "weighting.json"), digits = NA, auto_unbox = TRUE
)
