# Reference results of lavaan for groups with ordered items: `Rscript make_ordinal_group_reference.R` (after
# make_ordinal_group_data.py) writes reference/ordinal_groups_lavaan.csv. Written with lavaan 0.6-14 on R 4.2.2.
#
# Models are written out by hand after Wu & Estabrook (2016): what is free in groups 2 and 3 once thresholds are
# equal. Items with two answers stay free until intercepts are equal, too.
library(lavaan)

here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- file.path(if (length(here)) dirname(here) else ".", "reference")
survey <- read.csv(file.path(folder, "ordinal_groups.csv"))
count <- 3
thresholds <- c(a1 = 4, a2 = 4, a3 = 4, b1 = 3, b2 = 2, b3 = 4, c1 = 1, c2 = 4, c3 = 4, c4 = 0, d = 1)
constructs <- list(
  ordinal = list(a = c("a1", "a2", "a3"), b = c("b1", "b2", "b3")),
  binary = list(a = c("a1", "a2", "a3"), b = c("b1", "b2", "b3"), c = c("c1", "c2", "c3")),
  continuous = list(b = c("b1", "b2", "b3"), c = c("c2", "c3", "c4"))
)
steps <- list(
  configural = character(), thresholds = "thresholds", metric = c("thresholds", "loadings"),
  scalar = c("thresholds", "loadings", "intercepts"),
  strict = c("thresholds", "loadings", "intercepts", "residuals")
)

# A modifier for all groups: one label, or values (NA: free).
same <- function(label) paste0("c(", paste(rep(label, count), collapse = ", "), ")*")
later <- function(first, others) paste0("c(", paste(c(first, rep(others, count - 1)), collapse = ", "), ")*")

measurement <- function(blocks, equal, parameterization) {
  lines <- character()
  add <- function(...) lines <<- c(lines, paste0(...))
  for (f in names(blocks)) {
    for (item in blocks[[f]]) {
      k <- thresholds[[item]]
      binary <- k == 1
      marker <- item == blocks[[f]][1]
      whole <- !binary || "intercepts" %in% equal
      loadings <- "loadings" %in% equal && whole
      shared <- "thresholds" %in% equal && whole && k > 0
      free_marker <- marker && "loadings" %in% equal && !loadings
      add(f, " =~ ", if (free_marker) later(1, NA) else if (marker) same(1) else if (loadings) same(paste0("l_", item))
          else same(NA), item)
      for (t in seq_len(k)) add(item, " | ", if (shared) same(paste0("t_", item, t)) else same(NA), "t", t)
      if (k == 0) {
        add(item, " ~ ", if ("intercepts" %in% equal) same(paste0("i_", item)) else same(NA), "1")
        add(item, " ~~ ", if ("residuals" %in% equal) same(paste0("e_", item)) else same(NA), item)
      } else {
        free <- shared && !binary && !("intercepts" %in% equal)
        add(item, " ~ ", if (free) later(0, NA) else same(0), "1")
        scale <- if (shared && !("residuals" %in% equal)) later(1, NA) else same(1)
        add(item, if (parameterization == "theta") " ~~ " else " ~*~ ", scale, item)
      }
    }
    add(f, " ~ ", if ("intercepts" %in% equal) later(0, NA) else same(0), "1")
    add(f, " ~~ ", same(NA), f)
  }
  lines
}

covariances <- function(names) {
  pairs <- combn(names, 2)
  paste0(pairs[1, ], " ~~ ", same(NA), pairs[2, ])
}

# The complaint d has one threshold: free in every group, its response with variance 1 (delta).
structural <- function(equal) {
  path <- function(name) if ("paths" %in% equal) same(paste0("p_", name)) else same(NA)
  c(paste0("b ~ ", path("ba"), "a"), paste0("c ~ ", path("cb"), "b"), paste0("d ~ ", path("dc"), "c"),
    paste0("d | ", same(NA), "t1"), paste0("d ~ ", same(0), "1"), paste0("d ~*~ ", same(1), "d"))
}

fitted <- function(text, parameterization) {
  ordered <- names(thresholds)[thresholds > 0 & names(thresholds) %in% lavNames(text, "ov")]
  lavaan(paste(text, collapse = "\n"), data = survey, group = "g", ordered = ordered, estimator = "WLSMV",
         parameterization = parameterization, control = list(iter.max = 5000))
}

rows <- list()
keep <- function(case, parameterization, step, name, value, group = 0) {
  rows[[length(rows) + 1]] <<- data.frame(case = case, parameterization = parameterization, step = step,
                                          group = group, name = name, value = sprintf("%.8g", value))
}

told <- function(fit, case, parameterization, step, below) {
  wanted <- c("npar", "chisq", "df", "chisq.scaled", "chisq.scaling.factor", "cfi", "tli", "rmsea", "cfi.scaled",
              "tli.scaled", "rmsea.scaled", "srmr", "baseline.chisq.scaled", "baseline.df")
  measures <- fitMeasures(fit, wanted)
  for (name in wanted) keep(case, parameterization, step, name, measures[[name]])
  table <- parameterEstimates(fit, ci = FALSE)
  if (parameterization == "delta" || step == "strict") {
    for (k in seq_len(nrow(table))) {
      row <- table[k, ]
      name <- trimws(paste(row$lhs, row$op, row$rhs))
      fixed <- row$op %in% c("=~", "~1") && !(is.finite(row$se) && row$se > 0)
      if (row$op %in% c("=~", "~1", "|", "~~", "~") && !fixed) {
        keep(case, parameterization, step, name, row$est, row$group)
        if (is.finite(row$se) && row$se > 0) {
          keep(case, parameterization, step, paste("se", name), row$se, row$group)
        }
      }
    }
  }
  if (!is.null(below)) {
    test <- lavTestLRT(below, fit, method = "satorra.2000")
    keep(case, parameterization, step, "difference", test[2, "Chisq diff"])
    keep(case, parameterization, step, "difference.df", test[2, "Df diff"])
  }
}

for (case in names(constructs)) {
  for (parameterization in c("delta", "theta")) {
    below <- NULL
    for (step in names(steps)) {
      if (step == "strict" && parameterization == "delta") next
      text <- c(measurement(constructs[[case]], steps[[step]], parameterization),
                covariances(names(constructs[[case]])))
      fit <- fitted(text, parameterization)
      told(fit, case, parameterization, step, below)
      below <- fit
    }
  }
}

text <- measurement(constructs$binary, steps$metric, "delta")
free <- fitted(c(text, structural(character())), "delta")
told(free, "paths", "delta", "free", NULL)
told(fitted(c(text, structural("paths")), "delta"), "paths", "delta", "equal", free)

keep("meta", "", "lavaan", "version", as.numeric(sub("0\\.", "", as.character(packageVersion("lavaan")))))
write.csv(do.call(rbind, rows), file.path(folder, "ordinal_groups_lavaan.csv"), row.names = FALSE, quote = FALSE)
