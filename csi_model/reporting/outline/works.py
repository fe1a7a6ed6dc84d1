"""The works that a report may cite, each with its full reference."""

from __future__ import annotations

WORKS: dict[str, str] = {
    "arbuckle1996": (
        "Arbuckle, J. L. (1996). Full information estimation in the presence of incomplete data. In G. A. "
        "Marcoulides & R. E. Schumacker (Eds.), Advanced structural equation modeling (pp. 243–277). Erlbaum."
    ),
    "binder1983": (
        "Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys. "
        "International Statistical Review, 51(3), 279–292."
    ),
    "bollen1989": "Bollen, K. A. (1989). Structural equations with latent variables. Wiley.",
    "cassel2001": (
        "Cassel, C., & Eklöf, J. A. (2001). Modelling customer satisfaction and loyalty on aggregate levels: "
        "Experience from the ECSI pilot study. Total Quality Management, 12(7–8), 834–841."
    ),
    "chan2003": (
        "Chan, L. K., Hui, Y. V., Lo, H. P., Tse, S. K., Tso, G. K. F., & Wu, M. L. (2003). Consumer "
        "satisfaction index: New practice and findings. European Journal of Marketing, 37(5/6), 872–909."
    ),
    "chen2007": (
        "Chen, F. F. (2007). Sensitivity of goodness of fit indexes to lack of measurement invariance. "
        "Structural Equation Modeling, 14(3), 464–504."
    ),
    "cheung2002": (
        "Cheung, G. W., & Rensvold, R. B. (2002). Evaluating goodness-of-fit indexes for testing measurement "
        "invariance. Structural Equation Modeling, 9(2), 233–255."
    ),
    "cronbach1951": (
        "Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika, "
        "16(3), 297–334."
    ),
    "dijkstra2015": (
        "Dijkstra, T. K., & Henseler, J. (2015). Consistent partial least squares path modeling. MIS "
        "Quarterly, 39(2), 297–316."
    ),
    "efron1987": (
        "Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American Statistical "
        "Association, 82(397), 171–185."
    ),
    "efron1993": ("Efron, B., & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall."),
    "efron1981": (
        "Efron, B., & Stein, C. (1981). The jackknife estimate of variance. The Annals of Statistics, 9(3), "
        "586–596."
    ),
    "fornell1981": (
        "Fornell, C., & Larcker, D. F. (1981). Evaluating structural equation models with unobservable "
        "variables and measurement error. Journal of Marketing Research, 18(1), 39–50."
    ),
    "fornell1992": (
        "Fornell, C. (1992). A national customer satisfaction barometer: The Swedish experience. Journal of "
        "Marketing, 56(1), 6–21."
    ),
    "fornell1996": (
        "Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J., & Bryant, B. E. (1996). The American "
        "Customer Satisfaction Index: Nature, purpose, and findings. Journal of Marketing, 60(4), 7–18."
    ),
    "green2009": (
        "Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using structural equation "
        "modeling: An alternative to coefficient alpha. Psychometrika, 74(1), 155–167."
    ),
    "henseler2015": (
        "Henseler, J., Ringle, C. M., & Sarstedt, M. (2015). A new criterion for assessing discriminant "
        "validity in variance-based structural equation modeling. Journal of the Academy of Marketing "
        "Science, 43(1), 115–135."
    ),
    "henseler2016": (
        "Henseler, J., Ringle, C. M., & Sarstedt, M. (2016). Testing measurement invariance of composites "
        "using partial least squares. International Marketing Review, 33(3), 405–431."
    ),
    "holm1979": (
        "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of "
        "Statistics, 6(2), 65–70."
    ),
    "hu1999": (
        "Hu, L., & Bentler, P. M. (1999). Cutoff criteria for fit indexes in covariance structure analysis: "
        "Conventional criteria versus new alternatives. Structural Equation Modeling, 6(1), 1–55."
    ),
    "johnson2001": (
        "Johnson, M. D., Gustafsson, A., Andreassen, T. W., Lervik, L., & Cha, J. (2001). The evolution and "
        "future of national customer satisfaction index models. Journal of Economic Psychology, 22(2), "
        "217–245."
    ),
    "lohmoller1989": (
        "Lohmöller, J.-B. (1989). Latent variable path modeling with partial least squares. Physica-Verlag."
    ),
    "mackinnon2004": (
        "MacKinnon, D. P., Lockwood, C. M., & Williams, J. (2004). Confidence limits for the indirect "
        "effect: Distribution of the product and resampling methods. Multivariate Behavioral Research, "
        "39(1), 99–128."
    ),
    "martilla1977": (
        "Martilla, J. A., & James, J. C. (1977). Importance-performance analysis. Journal of Marketing, "
        "41(1), 77–79."
    ),
    "mogstad2024": (
        "Mogstad, M., Romano, J. P., Shaikh, A. M., & Wilhelm, D. (2024). Inference for ranks with "
        "applications to mobility across neighbourhoods and academic achievement across countries. Review of "
        "Economic Studies, 91(1), 476–518."
    ),
    "asparouhov2010": (
        "Asparouhov, T., & Muthén, B. (2010). Simple second order chi-square correction (Mplus technical "
        "appendix)."
    ),
    "muthen1997": (
        "Muthén, B., du Toit, S. H. C., & Spisic, D. (1997). Robust inference using weighted least "
        "squares and quadratic estimating equations in latent variable modeling with categorical and "
        "continuous outcomes. Unpublished manuscript."
    ),
    "olsson1979": (
        "Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation coefficient. "
        "Psychometrika, 44(4), 443–460."
    ),
    "rutkowski2017": (
        "Rutkowski, L., & Svetina, D. (2017). Measurement invariance in international surveys: Categorical "
        "indicators and fit measure performance. Applied Measurement in Education, 30(1), 39–51."
    ),
    "wu2016": (
        "Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of different "
        "levels of invariance for ordered categorical outcomes. Psychometrika, 81(4), 1014–1045."
    ),
    "xia2019": (
        "Xia, Y., & Yang, Y. (2019). RMSEA, CFI, and TLI in structural equation modeling with ordered "
        "categorical data: The story they tell depends on the estimation methods. Behavior Research Methods, "
        "51(1), 409–428."
    ),
    "satorra1994": (
        "Satorra, A., & Bentler, P. M. (1994). Corrections to test statistics and standard errors in "
        "covariance structure analysis. In A. von Eye & C. C. Clogg (Eds.), Latent variables analysis (pp. "
        "399–419). Sage."
    ),
    "satorra2000": (
        "Satorra, A. (2000). Scaled and adjusted restricted tests in multi-sample analysis of moment "
        "structures. In R. D. H. Heijmans, D. S. G. Pollock, & A. Satorra (Eds.), Innovations in "
        "multivariate statistical analysis (pp. 233–247). Kluwer."
    ),
    "satorra2001": (
        "Satorra, A., & Bentler, P. M. (2001). A scaled difference chi-square test statistic for moment "
        "structure analysis. Psychometrika, 66(4), 507–514."
    ),
    "satorra2010": (
        "Satorra, A., & Bentler, P. M. (2010). Ensuring positiveness of the scaled difference chi-square "
        "test statistic. Psychometrika, 75(2), 243–248."
    ),
    "semopy2021": (
        "Meshcheryakov, G., Igolkina, A. A., & Samsonova, M. G. (2021). semopy 2: A structural equation "
        "modeling package with random effects in Python. arXiv:2106.01140."
    ),
    "tenenhaus2005": (
        "Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M., & Lauro, C. (2005). PLS path modeling. "
        "Computational Statistics & Data Analysis, 48(1), 159–205."
    ),
    "yuan2000": (
        "Yuan, K.-H., & Bentler, P. M. (2000). Three likelihood-based methods for mean and covariance "
        "structure analysis with nonnormal missing data. Sociological Methodology, 30(1), 165–200."
    ),
    "zumbo2007": (
        "Zumbo, B. D., Gadermann, A. M., & Zeisser, C. (2007). Ordinal versions of coefficients alpha and "
        "theta for Likert rating scales. Journal of Modern Applied Statistical Methods, 6(1), 21–29."
    ),
}
"""Key > reference, as a journal prints it."""

MODEL_WORKS: tuple[tuple[str, str], ...] = (
    ("Fornell, Johnson, Anderson, Cha & Bryant (1996)", "fornell1996"),
    ("Fornell (1992)", "fornell1992"),
    ("Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005)", "tenenhaus2005"),
    ("Cassel & Eklöf (2001)", "cassel2001"),
    ("Johnson, Gustafsson, Andreassen, Lervik & Cha (2001)", "johnson2001"),
    ("Chan, Hui, Lo, Tse, Tso & Wu (2003)", "chan2003"),
)
"""How the source of a model names a work > its key."""
