"""The 64 fields of an item after GB/T 39046-2020 table 4, and where each of them lives in our tables.

Answers "where is field n?" for exchange, for the workbook and for the page docs/catalogue-fields.md,
which is generated from here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field: number and name in the standard, its format there, and `model.column` here."""

    number: int
    name: str
    format: str
    home: str
    note: str = ""


_I = "ImplementationItem"
_M = "Material"
_DERIVED = "名称由代码表得出"

FIELDS: tuple[Field, ...] = (
    Field(1, "事项名称", "an..200", f"{_I}.name"),
    Field(2, "基本编码", "an..10", f"{_I}.basic_code", "10位编码族；12位编码见 catalogue_code"),
    Field(3, "实施编码", "an..24", f"{_I}.local_code", "24位编码族；31位编码见 implementation_code"),
    Field(4, "事项类型", "an..20", f"{_I}.type_code", _DERIVED),
    Field(5, "事项类型代码", "n2", f"{_I}.type_code"),
    Field(6, "设定依据", "a..1000", "LegalBasis.law", "每条依据一行：法律、条款、版本日期"),
    Field(7, "行使层级", "an..200", f"{_I}.level", _DERIVED),
    Field(8, "行使层级代码", "n1", f"{_I}.level"),
    Field(9, "权限划分", "a..1000", f"{_I}.authority_split"),
    Field(10, "行使内容", "..ul", f"{_I}.exercised_content"),
    Field(11, "实施主体", "an..100", f"{_I}.organisation_name"),
    Field(12, "实施主体代码", "an..18", f"{_I}.organisation_uscc"),
    Field(13, "实施主体性质", "an..100", f"{_I}.organisation_nature", _DERIVED),
    Field(14, "实施主体性质代码", "n1", f"{_I}.organisation_nature"),
    Field(15, "法定办结时限", "an..20", f"{_I}.statutory_amount"),
    Field(16, "法定办结时限单位", "an..20", f"{_I}.statutory_unit"),
    Field(17, "法定办结时限说明", "..ul", f"{_I}.statutory_note"),
    Field(18, "承诺办结时限", "an..20", f"{_I}.promised_amount"),
    Field(19, "承诺办结时限单位", "an..20", f"{_I}.promised_unit"),
    Field(20, "承诺办结时限说明", "..ul", f"{_I}.promised_note"),
    Field(21, "受理条件", "..ul", f"{_I}.conditions"),
    Field(22, "办理流程", "..ul", "Step.name", "每个环节一行：名称、岗位、时限"),
    Field(23, "共同实施部门", "an..100", f"{_I}.joint_names"),
    Field(24, "共同实施部门代码", "an..18", f"{_I}.joint_codes"),
    Field(25, "承办机构", "an..100", f"{_I}.undertaking_name"),
    Field(26, "承办机构代码", "an..18", f"{_I}.undertaking_code"),
    Field(27, "中介服务", "an..2000", f"{_I}.intermediary"),
    Field(28, "数量限制", "an..200", f"{_I}.quota"),
    Field(29, "结果名称", "an..100", f"{_I}.result_name"),
    Field(30, "结果样本", "二进制", f"{_I}.result_sample", "文件库中的路径"),
    Field(31, "是否收费", "n1", f"{_I}.charged"),
    Field(32, "收费依据", "..ul", f"{_I}.fee_basis", "逐项收费见 Fee"),
    Field(33, "通办范围代码", "n1", f"{_I}.cross_region"),
    Field(34, "服务对象", "an..200", f"{_I}.objects_served", _DERIVED),
    Field(35, "服务对象代码", "an..10", f"{_I}.objects_served"),
    Field(36, "服务主题", "an..200", f"{_I}.themes"),
    Field(37, "法人服务主题代码", "an..10", f"{_I}.legal_theme_codes"),
    Field(38, "自然人服务主题代码", "an..10", f"{_I}.natural_theme_codes"),
    Field(39, "办理形式", "an..20", f"{_I}.channels", _DERIVED),
    Field(40, "办理形式代码", "an..10", f"{_I}.channels"),
    Field(41, "特别程序", "..ul", f"{_I}.special_procedures"),
    Field(42, "行政管辖", "an..20", f"{_I}.division_name"),
    Field(43, "行政管辖代码", "an..10", f"{_I}.division"),
    Field(44, "是否支持预约办理", "n1", f"{_I}.appointment"),
    Field(45, "是否支持网上支付", "n1", f"{_I}.pay_online"),
    Field(46, "是否支持物流快递", "n1", f"{_I}.express"),
    Field(47, "是否网办", "n1", f"{_I}.online"),
    Field(48, "网办地址", "an..50", f"{_I}.online_address"),
    Field(49, "运行系统层级", "an..20", f"{_I}.system_level"),
    Field(50, "办理地点", "an..100", f"{_I}.place"),
    Field(51, "办理时间", "an..150", f"{_I}.hours"),
    Field(52, "咨询方式", "an..20", f"{_I}.consult_means"),
    Field(53, "咨询电话", "an..18", f"{_I}.consult_phone"),
    Field(54, "监督电话", "an..18", f"{_I}.supervision_phone"),
    Field(55, "常见问题", "an..1000", f"{_I}.questions"),
    Field(56, "材料名称", "an..200", f"{_M}.name"),
    Field(57, "出具机构", "an..100", f"{_M}.issuer"),
    Field(58, "出具时间要求", "an..150", f"{_M}.issued_within"),
    Field(59, "材料办理说明", "an..500", f"{_M}.handling_note"),
    Field(60, "材料办理地点", "an..400", f"{_M}.handling_place"),
    Field(61, "材料使用说明", "an..500", f"{_M}.use_note"),
    Field(62, "原件份数", "n..2", f"{_M}.originals"),
    Field(63, "复印件份数", "n..2", f"{_M}.copies"),
    Field(64, "是否必备材料", "n1", f"{_M}.required"),
)


def render_page() -> str:
    """Return docs/catalogue-fields.md, generated from the table above."""
    lines = [
        "# Where the 64 fields of GB/T 39046-2020 live",
        "",
        "Generated from `yichuang.catalogue.domain.fields` by `catalogue_check --fields`; do not edit by hand.",
        "",
        "| 序号 | 数据项 | 格式 | 表与列 | 说明 |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {f.number} | {f.name} | {f.format} | `{f.home}` | {f.note} |" for f in FIELDS]
    return "\n".join(lines) + "\n"
