"""Wording of questions on expectation, quality, value, satisfaction, complaints and loyalty.

The wording is this package's own; the topics are those of the published models (methodology sheet,
sections 1 and 6). ``{brand}`` stands for the company, ``{product}`` for what it sells.
"""

from __future__ import annotations

TOPICS: dict[str, tuple[str, str, str, str]] = {
    # expectation
    "overall expectation": (
        "level", "",
        "Before you had any experience with {brand}, how high were your expectations of it, all in all?",
        "在接触{brand}之前，您对它的总体期望有多高？",
    ),
    "expected overall quality": (
        "level", "",
        "Before you had any experience with {brand}, how high were your expectations of its overall quality?",
        "在接触{brand}之前，您对其总体质量的期望有多高？",
    ),
    "expected fit to personal needs": (
        "fit", "",
        "Before you had any experience with {brand}, how well did you expect it to meet your personal needs?",
        "在接触{brand}之前，您期望它在多大程度上符合您的个人需求？",
    ),
    "expected reliability (10 = things would rarely go wrong)": (
        "rarely", "",
        "Before you had any experience with {brand}, how often did you expect that things would go wrong?",
        "在接触{brand}之前，您预计出问题的情况会有多频繁？",
    ),
    "expected quality of the products": (
        "level", "",
        "Before you had any experience with {brand}, how high were your expectations of the quality of its "
        "products?",
        "在接触{brand}之前，您对其产品质量的期望有多高？",
    ),
    "expected quality of the service": (
        "level", "",
        "Before you had any experience with {brand}, how high were your expectations of the quality of its "
        "service?",
        "在接触{brand}之前，您对其服务质量的期望有多高？",
    ),
    # quality
    "experienced overall quality": (
        "rating", "",
        "Thinking of all your experience so far, how would you rate the overall quality of {brand}?",
        "根据您迄今为止的全部体验，您如何评价{brand}的总体质量？",
    ),
    "experienced fit to personal needs": (
        "fit", "",
        "How well has {brand} met your personal needs?",
        "{brand}在多大程度上符合您的个人需求？",
    ),
    "experienced reliability (10 = things rarely went wrong)": (
        "rarely", "",
        "How often have things gone wrong with {brand}?",
        "在使用{brand}的过程中，出问题的情况有多频繁？",
    ),
    "experienced quality of the service": (
        "rating", "",
        "How would you rate the quality of the service of {brand}?",
        "您如何评价{brand}的服务质量？",
    ),
    "overall quality of the product": (
        "rating", "",
        "How would you rate the overall quality of the product that you have from {brand}?",
        "您如何评价{brand}的产品的总体质量？",
    ),
    "fit of the product to personal needs": (
        "fit", "",
        "How well does the product of {brand} meet your personal needs?",
        "{brand}的产品在多大程度上符合您的个人需求？",
    ),
    "reliability of the product (10 = things rarely went wrong)": (
        "rarely", "",
        "How often have things gone wrong with the product of {brand}?",
        "{brand}的产品出问题的情况有多频繁？",
    ),
    "overall quality of the service": (
        "rating", "",
        "How would you rate the overall quality of the service of {brand}?",
        "您如何评价{brand}的服务的总体质量？",
    ),
    "fit of the service to personal needs": (
        "fit", "",
        "How well does the service of {brand} meet your personal needs?",
        "{brand}的服务在多大程度上符合您的个人需求？",
    ),
    "reliability of the service (10 = things rarely went wrong)": (
        "rarely", "",
        "How often have things gone wrong with the service of {brand}?",
        "{brand}的服务出问题的情况有多频繁？",
    ),
    # value
    "price given quality": (
        "rating", "",
        "Given the quality of {brand}, how would you rate the price that you pay?",
        "考虑到{brand}的质量，您如何评价所支付的价格？",
    ),
    "quality given price": (
        "rating", "",
        "Given the price that you pay, how would you rate the quality of {brand}?",
        "考虑到所支付的价格，您如何评价{brand}的质量？",
    ),
    "value for money": (
        "rating", "",
        "How would you rate {brand} as regards value for money?",
        "就物有所值而言，您如何评价{brand}？",
    ),
    "price compared with other providers": (
        "better", "",
        "Compared with other providers, how do you find the prices of {brand}?",
        "与其他提供商相比，您觉得{brand}的价格如何？",
    ),
    "price compared with quality": (
        "rating", "",
        "Compared with the quality that you get, how would you rate the prices of {brand}?",
        "与所得到的质量相比，您如何评价{brand}的价格？",
    ),
    "price compared with competitors": (
        "better", "",
        "Compared with its competitors, how do you find the prices of {brand}?",
        "与竞争者相比，您觉得{brand}的价格如何？",
    ),
    "price compared with expectations": (
        "better", "",
        "Compared with what you expected to pay, how do you find the prices of {brand}?",
        "与您原先预期的价格相比，您觉得{brand}的价格如何？",
    ),
    # satisfaction
    "overall satisfaction": (
        "satisfied", "",
        "All in all, how satisfied are you with {brand}?",
        "总体而言，您对{brand}的满意程度如何？",
    ),
    "fell short of or exceeded expectations": (
        "exceeded", "",
        "Thinking of what you expected: to what extent has {brand} fallen short of your expectations or "
        "exceeded them?",
        "与您原先的期望相比，{brand}的表现是不及期望还是超出期望？",
    ),
    "fulfilment of expectations": (
        "fulfilled", "",
        "To what extent has {brand} fulfilled your expectations?",
        "{brand}在多大程度上实现了您的期望？",
    ),
    "closeness to the ideal": (
        "close", "",
        "Please imagine an ideal {product}, whoever offers it. How close does {brand} come to it?",
        "请设想一个理想的{product}（不论由谁提供）。{brand}与这一理想状态有多接近？",
    ),
    "compared with expectations": (
        "satisfied", "",
        "Compared with what you expected, how satisfied are you with {brand}?",
        "与您原先的期望相比，您对{brand}的满意程度如何？",
    ),
    "compared with the ideal": (
        "satisfied", "",
        "Compared with an ideal {product}, how satisfied are you with {brand}?",
        "与理想的{product}相比，您对{brand}的满意程度如何？",
    ),
    "compared with competitors": (
        "satisfied", "",
        "Compared with others of its kind, how satisfied are you with {brand}?",
        "与同类竞争者相比，您对{brand}的满意程度如何？",
    ),
    # complaints
    "complained, formally or informally (1 = yes)": (
        "", "",
        "Have you ever complained about {brand}, whether formally (in writing, by telephone, online) or "
        "informally (to its staff)?",
        "您是否曾就{brand}提出过抱怨？书面、电话、网络等正式方式以及向员工口头表达等非正式方式都算在内。",
    ),
    "complained to staff (1 = yes)": (
        "", "",
        "Have you ever complained to a member of staff of {brand}?",
        "您是否曾向{brand}的员工抱怨过？",
    ),
    "complained to management (1 = yes)": (
        "", "",
        "Have you ever complained to the management of {brand}?",
        "您是否曾向{brand}的管理层抱怨过？",
    ),
    "quality of complaint handling": (
        "handled", "",
        "Thinking of your most recent complaint, how well was it handled by {brand}?",
        "请回想您最近一次的抱怨，{brand}处理得如何？",
    ),
    "handling of the last complaint, or expected handling where there was none": (
        "handled", "",
        "If you have complained to {brand}: how well was your last complaint handled? If you have not: how "
        "well do you think a complaint of yours would be handled?",
        "如果您曾向{brand}投诉过：最近一次投诉处理得如何？如果没有：您认为您的投诉会得到怎样的处理？",
    ),
    # loyalty
    "likelihood of repurchase": (
        "likely", "",
        "The next time that you need {product}, how likely are you to choose {brand} again?",
        "下次需要{product}时，您再次选择{brand}的可能性有多大？",
    ),
    "would choose the same provider again": (
        "likely", "",
        "If you had to choose again today, how likely would you be to choose {brand}?",
        "如果今天需要重新选择，您选择{brand}的可能性有多大？",
    ),
    "intention to stay a customer": (
        "likely", "",
        "How likely are you to stay a customer of {brand}?",
        "您继续作为{brand}顾客的可能性有多大？",
    ),
    "intention to buy more in future": (
        "likely", "",
        "How likely are you to buy more from {brand} in future?",
        "您今后增加购买{brand}的可能性有多大？",
    ),
    "intention to use it more often": (
        "likely", "",
        "How likely are you to use {brand} more often in future?",
        "您今后更经常使用{brand}的可能性有多大？",
    ),
    "first choice among alternatives": (
        "likely", "",
        "The next time that you need {product}, how likely is it that {brand} will be your first choice?",
        "下次需要{product}时，{brand}成为您首选的可能性有多大？",
    ),
    "intention to switch (10 = none at all)": (
        "-likely", "",
        "How likely are you to switch from {brand} to another provider?",
        "您从{brand}转向其他提供商的可能性有多大？",
    ),
    "would recommend the company": (
        "likely", "",
        "If somebody asked you for advice, how likely would you be to recommend {brand}?",
        "如果有人征求您的意见，您推荐{brand}的可能性有多大？",
    ),
    "would speak well of the company": (
        "likely", "",
        "When you talk to others about {brand}, how likely are you to speak well of it?",
        "与他人谈及{brand}时，您说其好话的可能性有多大？",
    ),
    "likelihood to recommend, 0 to 10": (
        "likely", "",
        "How likely are you to recommend {brand} to a friend or colleague?",
        "您向朋友或同事推荐{brand}的可能性有多大？",
    ),
    "would speak well of or recommend the agency": (
        "likely", "",
        "How likely would you be to speak well of {brand} or to recommend it to others?",
        "您向他人称赞或推荐{brand}的可能性有多大？",
    ),
    "confidence in relying on the agency in future": (
        "confident", "",
        "How confident are you that you can rely on {brand} in future?",
        "您对今后能够继续依靠{brand}有多大信心？",
    ),
    # price tolerance
    "price rise tolerated (percent)": (
        "", "",
        "By how many percent could {brand} raise its prices before you would definitely not choose it again?",
        "{brand}涨价多少（百分之几）以内，您仍会再次选择它？",
    ),
    "price cut needed to win back (percent)": (
        "", "",
        "By how many percent would {brand} have to lower its prices before you would definitely choose it "
        "again?",
        "{brand}需要降价多少（百分之几），您才会肯定再次选择它？",
    ),
    "tolerance for a price rise": (
        "likely", "",
        "If {brand} raised its prices, how likely would you be to remain its customer?",
        "如果{brand}涨价，您仍继续作为其顾客的可能性有多大？",
    ),
    "price difference at which one would switch": (
        "large", "",
        "If a competitor asked for lower prices, how large would the difference have to be for you to leave "
        "{brand}?",
        "如果竞争者的价格更低，价差要达到多大您才会离开{brand}？",
    ),
    "price rise tolerated": (
        "large", "",
        "How large a price rise of {brand} would you accept before you chose another one?",
        "在您改选其他品牌之前，您能接受{brand}多大幅度的涨价？",
    ),
    "competitors' price cut resisted": (
        "large", "",
        "How large would a price cut of its competitors have to be for you to leave {brand}?",
        "竞争者要降价多大幅度，您才会离开{brand}？",
    ),
}  # fmt: skip
"""Topic in English (small letters) > kind of its scale, stem, question in English and Chinese."""

SAME_TOPIC: dict[str, str] = {
    "overall expectations": "overall expectation",
    "overall quality": "experienced overall quality",
    "confirmation of expectations": "fell short of or exceeded expectations",
    "distance from the ideal (10 = very close)": "closeness to the ideal",
    "satisfaction compared with expectations": "compared with expectations",
    "satisfaction compared with the ideal": "compared with the ideal",
    "overall quality of the products": "overall quality of the product",
    "intention to repurchase": "likelihood of repurchase",
    "likelihood to buy again": "likelihood of repurchase",
    "intention to recommend": "would recommend the company",
    "would recommend the provider": "would recommend the company",
    "would recommend the product": "would recommend the company",
    "would recommend the product or service": "would recommend the company",
    "handling of the complaint": "quality of complaint handling",
    "has complained": "complained, formally or informally (1 = yes)",
}
"""Topics that are asked in the words of another."""
