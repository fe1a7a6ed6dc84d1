"""Wording of questions that are asked in batteries: image, activities, service, commitment, dialogue.

Each has a stem that the questions of a battery share, and its own statement or aspect after it.
"""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

STEMS: dict[str, Term] = {
    "agree": _t(
        "To what extent do you agree with the following about {brand}?",
        "您在多大程度上同意以下关于{brand}的说法？",
    ),
    "rate": _t(
        "Thinking of your experience with {brand}, how would you rate the following?",
        "根据您对{brand}的体验，您如何评价以下方面？",
    ),
    "expect": _t(
        "Before you had any experience with {brand}, how high were your expectations of the following?",
        "在接触{brand}之前，您对以下方面的期望有多高？",
    ),
    "satisfied": _t(
        "How satisfied are you with {brand} as regards the following?",
        "就以下方面而言，您对{brand}的满意程度如何？",
    ),
    "likely": _t("How likely is the following?", "以下情况的可能性有多大？"),
    "image": _t(
        "What is your impression of {brand} as regards the following?", "您对{brand}以下方面的印象如何？"
    ),
    "neutral": _t("Please rate {brand} on the following:", "请就以下方面对{brand}作出评价："),
    "applies": _t("Does the following apply to you?", "以下情况是否符合您？"),
}
"""What the questions of a battery begin with."""

BATTERIES: dict[str, tuple[str, str, str, str]] = {
    # image
    "can be trusted in what it says and does": (
        "agree", "agree", "It can be trusted in what it says and does.", "言行值得信赖。"),
    "stable and firmly established": (
        "agree", "agree", "It is stable and firmly established.", "稳健且根基牢固。"),
    "contributes to society": ("agree", "agree", "It contributes to society.", "对社会有贡献。"),
    "cares about its customers": ("agree", "agree", "It cares about its customers.", "关心顾客。"),
    "innovative and forward-looking": (
        "agree", "agree", "It is innovative and forward-looking.", "有创新精神，着眼未来。"),
    "reliable and trustworthy": (
        "agree", "agree", "It is reliable and trustworthy.", "可靠、值得信赖。"),
    "prominence of the brand's features": (
        "agree", "agree", "It stands out from other brands by features of its own.",
        "具有区别于其他品牌的鲜明特征。"),
    "overall image": ("rating", "image", "its image, all in all", "总体形象"),
    "overall image of the company": ("rating", "image", "its image, all in all", "企业的总体形象"),
    "overall image of the brand": ("rating", "image", "the image of the brand, all in all", "品牌的总体形象"),
    "image compared with competitors": (
        "rating", "image", "its image compared with that of its competitors", "与竞争者相比的形象"),
    "image among acquaintances": (
        "rating", "image", "its image among people whom you know", "在您亲友中的口碑形象"),
    # quality, by aspect
    "technical quality of the network": (
        "rating", "rate", "the technical quality of the network", "网络的技术质量"),
    "customer service and personal advice": (
        "rating", "rate", "the customer service and personal advice", "客户服务与个人咨询"),
    "quality of the services used": (
        "rating", "rate", "the quality of the services that you use", "所使用服务的质量"),
    "range of services and products": (
        "rating", "rate", "the range of services and products", "服务与产品的丰富程度"),
    "reliability and accuracy": (
        "rating", "rate", "the reliability and accuracy of products and services",
        "产品与服务的可靠性与准确性"),
    "clarity and transparency of information": (
        "rating", "rate", "the clarity and transparency of the information given",
        "所提供信息的清晰与透明程度"),
    "range of products": ("rating", "rate", "the range of products", "产品的丰富程度"),
    "reliability of the products": ("rating", "rate", "the reliability of the products", "产品的可靠性"),
    "competence and helpfulness of the staff": (
        "rating", "rate", "the competence and helpfulness of the staff", "员工的专业程度与热心程度"),
    "availability and speed of the service": (
        "rating", "rate", "the availability and speed of the service", "服务的可得性与及时性"),
    # activities of an agency
    "ease of the process": ("rating", "rate", "the ease of the process", "办事流程的便捷程度"),
    "timeliness of the process": ("rating", "rate", "the timeliness of the process", "办理的及时程度"),
    "clarity of the information": ("rating", "rate", "the clarity of the information", "信息的清晰程度"),
    "usefulness of the information": (
        "rating", "rate", "the usefulness of the information", "信息的有用程度"),
    "courtesy of the staff": ("rating", "rate", "the courtesy of the staff", "工作人员的礼貌程度"),
    "professional competence of the staff": (
        "rating", "rate", "the professional competence of the staff", "工作人员的专业水平"),
    "ease of use of the website": ("rating", "rate", "the ease of use of the website", "网站的易用程度"),
    "usefulness of the website": ("rating", "rate", "the usefulness of the website", "网站的有用程度"),
    # dimensions of service
    "appearance of premises and equipment": (
        "rating", "rate", "the appearance of premises and equipment", "场所与设备的外观"),
    "appearance of the staff": ("rating", "rate", "the appearance of the staff", "员工的仪表"),
    "keeps its promises": ("agree", "agree", "It keeps its promises.", "履行承诺。"),
    "gets things right the first time": (
        "agree", "agree", "It gets things right the first time.", "一次就把事情办好。"),
    "prompt service": ("agree", "agree", "Its service is prompt.", "服务及时。"),
    "willingness to help": ("agree", "agree", "Its staff are willing to help.", "员工乐于帮助顾客。"),
    "competence of the staff": ("agree", "agree", "Its staff are competent.", "员工具备专业能力。"),
    "courtesy and trustworthiness of the staff": (
        "agree", "agree", "Its staff are courteous and can be trusted.", "员工有礼貌、可信赖。"),
    "individual attention": ("agree", "agree", "It gives me individual attention.", "给予我个别的关注。"),
    "understanding of personal needs": (
        "agree", "agree", "It understands my personal needs.", "理解我的个人需求。"),
    # commitment
    "enjoys being a customer": ("agree", "agree", "I enjoy being its customer.", "我乐于成为其顾客。"),
    "feels attached to the company": ("agree", "agree", "I feel attached to it.", "我对它有归属感。"),
    "trusts the company": ("agree", "agree", "I trust it.", "我信任它。"),
    "it pays to stay a customer": (
        "agree", "agree", "It pays for me to stay its customer.", "继续作为其顾客在经济上对我划算。"),
    "switching would cost money or effort": (
        "agree", "agree", "Switching to another one would cost me money or effort.",
        "改换其他提供商会使我损失金钱或精力。"),
    "lack of good alternatives nearby": (
        "agree", "agree", "There are no good alternatives near to me.", "我附近缺少合适的替代选择。"),
    # dialogue
    "willingness to enter a dialogue": (
        "rating", "rate", "its willingness to enter a dialogue with you", "与您对话的意愿"),
    "ease of the dialogue": (
        "rating", "rate", "the ease of getting into a dialogue with it", "与其对话的便捷程度"),
    "satisfaction with the dialogue": (
        "satisfied", "satisfied", "the dialogue that you have with it", "您与其进行的对话"),
}  # fmt: skip
"""Topic in English (small letters) > kind of its scale, stem, statement or aspect in both languages."""
