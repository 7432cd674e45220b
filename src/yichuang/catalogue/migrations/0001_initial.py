import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CatalogueAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("by_id", models.CharField(max_length=100, verbose_name="操作人标识")),
                ("by_name", models.CharField(max_length=100, verbose_name="操作人")),
                ("act", models.CharField(max_length=32, verbose_name="操作")),
                ("subject", models.CharField(db_index=True, max_length=64, verbose_name="对象")),
                ("version", models.PositiveIntegerField(blank=True, null=True, verbose_name="版本")),
                ("details", models.JSONField(default=dict, verbose_name="内容")),
            ],
            options={
                "verbose_name": "目录操作记录",
                "verbose_name_plural": "目录操作记录",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CatalogueItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("in-approval", "审核中"),
                            ("published", "已发布"),
                            ("suspended", "已暂停"),
                            ("superseded", "已被新版取代"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("add", "新增"),
                            ("change", "变更"),
                            ("split", "拆分"),
                            ("merge", "合并"),
                            ("suspend", "暂停"),
                            ("cancel", "取消"),
                        ],
                        max_length=8,
                        verbose_name="变更方式",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500, verbose_name="变更理由")),
                ("predecessors", models.JSONField(blank=True, default=list, verbose_name="来源编码")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="生效日期")),
                ("effective_until", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                ("suspended_on", models.DateField(blank=True, null=True, verbose_name="暂停日期")),
                (
                    "staffing_approved_by",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="编制部门审核人"),
                ),
                ("staffing_approved_at", models.DateTimeField(blank=True, null=True, verbose_name="编制部门审核时间")),
                (
                    "legal_approved_by",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="法制部门审核人"),
                ),
                ("legal_approved_at", models.DateTimeField(blank=True, null=True, verbose_name="法制部门审核时间")),
                ("created_by", models.CharField(max_length=100, verbose_name="起草人")),
                ("created_at", models.DateTimeField(verbose_name="起草时间")),
                ("code", models.CharField(max_length=12, verbose_name="基本编码（12位）")),
                ("item_code", models.CharField(db_index=True, max_length=5, verbose_name="主项编码")),
                ("basic_code", models.CharField(max_length=10, verbose_name="基本编码（10位）")),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                (
                    "type_code",
                    models.CharField(
                        choices=[
                            ("01", "行政许可"),
                            ("02", "行政处罚"),
                            ("03", "行政强制"),
                            ("04", "行政征收"),
                            ("05", "行政给付"),
                            ("06", "行政检查"),
                            ("07", "行政确认"),
                            ("08", "行政奖励"),
                            ("09", "行政裁决"),
                            ("10", "其他行政权力"),
                            ("20", "公共服务"),
                        ],
                        max_length=2,
                        verbose_name="事项类型",
                    ),
                ),
                ("department", models.CharField(max_length=32, verbose_name="主管部门")),
                ("levels", models.JSONField(default=list, verbose_name="行使层级")),
            ],
            options={
                "verbose_name": "目录清单",
                "verbose_name_plural": "目录清单",
                "ordering": ["code", "version", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="catalogue_item_code_and_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["published", "suspended"])),
                        fields=("code",),
                        name="catalogue_item_one_version_stands",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["published", "suspended", "superseded"]), _negated=True),
                            models.Q(("legal_approved_at__isnull", False), ("staffing_approved_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="catalogue_item_published_needs_both_approvals",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["published", "suspended", "superseded"]), _negated=True),
                            ("effective_on__isnull", False),
                            _connector="OR",
                        ),
                        name="catalogue_item_published_has_a_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_until__isnull", True),
                            ("effective_until__gte", models.F("effective_on")),
                            _connector="OR",
                        ),
                        name="catalogue_item_dates_are_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CentreEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("centre", models.CharField(max_length=48, verbose_name="中心代码")),
                (
                    "handling_code",
                    models.CharField(db_index=True, max_length=33, verbose_name="业务办理项编码（33位）"),
                ),
                ("organisation_code", models.CharField(db_index=True, max_length=48, verbose_name="部门编码")),
                ("entered_on", models.DateField(verbose_name="进驻日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="退出日期")),
            ],
            options={
                "verbose_name": "进驻事项",
                "verbose_name_plural": "进驻事项",
                "ordering": ["centre", "handling_code", "entered_on", "id"],
                "indexes": [
                    models.Index(fields=["centre", "entered_on", "left_on"], name="catalogue_centre_entry_days")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on__isnull", True)),
                        fields=("centre", "handling_code"),
                        name="centre_entry_stands_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True), ("left_on__gt", models.F("entered_on")), _connector="OR"
                        ),
                        name="centre_entry_dates_are_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImplementationItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("in-approval", "审核中"),
                            ("published", "已发布"),
                            ("suspended", "已暂停"),
                            ("superseded", "已被新版取代"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("add", "新增"),
                            ("change", "变更"),
                            ("split", "拆分"),
                            ("merge", "合并"),
                            ("suspend", "暂停"),
                            ("cancel", "取消"),
                        ],
                        max_length=8,
                        verbose_name="变更方式",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500, verbose_name="变更理由")),
                ("predecessors", models.JSONField(blank=True, default=list, verbose_name="来源编码")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="生效日期")),
                ("effective_until", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                ("suspended_on", models.DateField(blank=True, null=True, verbose_name="暂停日期")),
                (
                    "staffing_approved_by",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="编制部门审核人"),
                ),
                ("staffing_approved_at", models.DateTimeField(blank=True, null=True, verbose_name="编制部门审核时间")),
                (
                    "legal_approved_by",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="法制部门审核人"),
                ),
                ("legal_approved_at", models.DateTimeField(blank=True, null=True, verbose_name="法制部门审核时间")),
                ("created_by", models.CharField(max_length=100, verbose_name="起草人")),
                ("created_at", models.DateTimeField(verbose_name="起草时间")),
                ("implementation_code", models.CharField(max_length=31, verbose_name="实施编码（31位）")),
                (
                    "local_code",
                    models.CharField(blank=True, default="", max_length=24, verbose_name="实施编码（24位）"),
                ),
                ("catalogue_code", models.CharField(max_length=12, verbose_name="基本编码（12位）")),
                ("basic_code", models.CharField(max_length=10, verbose_name="基本编码（10位）")),
                ("item_code", models.CharField(max_length=5, verbose_name="主项编码")),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                (
                    "type_code",
                    models.CharField(
                        choices=[
                            ("01", "行政许可"),
                            ("02", "行政处罚"),
                            ("03", "行政强制"),
                            ("04", "行政征收"),
                            ("05", "行政给付"),
                            ("06", "行政检查"),
                            ("07", "行政确认"),
                            ("08", "行政奖励"),
                            ("09", "行政裁决"),
                            ("10", "其他行政权力"),
                            ("20", "公共服务"),
                        ],
                        max_length=2,
                        verbose_name="事项类型",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("1", "国家级"),
                            ("2", "省级"),
                            ("3", "市级"),
                            ("4", "县级"),
                            ("5", "镇（乡、街道）级"),
                            ("6", "村（社区）级"),
                            ("7", "分级管理"),
                        ],
                        max_length=1,
                        verbose_name="行使层级",
                    ),
                ),
                ("authority_split", models.CharField(blank=True, default="", max_length=1000, verbose_name="权限划分")),
                ("exercised_content", models.TextField(blank=True, default="", verbose_name="行使内容")),
                ("organisation_code", models.CharField(max_length=48, verbose_name="实施主体编码")),
                ("organisation_name", models.CharField(max_length=100, verbose_name="实施主体")),
                ("organisation_uscc", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                (
                    "organisation_nature",
                    models.CharField(
                        choices=[("1", "法定机关"), ("2", "授权组织"), ("3", "受委托组织"), ("9", "其他性质")],
                        max_length=1,
                        verbose_name="实施主体性质",
                    ),
                ),
                ("division", models.CharField(db_index=True, max_length=12, verbose_name="行政管辖代码")),
                ("division_name", models.CharField(blank=True, default="", max_length=40, verbose_name="行政管辖")),
                (
                    "statutory_amount",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="法定办结时限"),
                ),
                (
                    "statutory_unit",
                    models.CharField(
                        choices=[
                            ("working-days", "工作日"),
                            ("calendar-days", "自然日"),
                            ("opening-hours", "工作小时"),
                        ],
                        max_length=16,
                        verbose_name="法定时限单位",
                    ),
                ),
                ("statutory_note", models.TextField(blank=True, default="", verbose_name="法定时限说明")),
                ("promised_amount", models.PositiveSmallIntegerField(verbose_name="承诺办结时限")),
                (
                    "promised_unit",
                    models.CharField(
                        choices=[
                            ("working-days", "工作日"),
                            ("calendar-days", "自然日"),
                            ("opening-hours", "工作小时"),
                        ],
                        max_length=16,
                        verbose_name="承诺时限单位",
                    ),
                ),
                ("promised_note", models.TextField(blank=True, default="", verbose_name="承诺时限说明")),
                (
                    "kind",
                    models.CharField(
                        choices=[("on-the-spot", "即办件"), ("promised", "承诺件")],
                        max_length=16,
                        verbose_name="办件类型",
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[("on-the-spot", "即审即办"), ("review", "前审后批")],
                        max_length=16,
                        verbose_name="审查类型",
                    ),
                ),
                ("conditions", models.JSONField(blank=True, default=list, verbose_name="受理条件")),
                ("joint_names", models.JSONField(blank=True, default=list, verbose_name="共同实施部门")),
                ("joint_codes", models.JSONField(blank=True, default=list, verbose_name="共同实施部门编码")),
                ("undertaking_name", models.CharField(blank=True, default="", max_length=100, verbose_name="承办机构")),
                (
                    "undertaking_code",
                    models.CharField(blank=True, default="", max_length=48, verbose_name="承办机构编码"),
                ),
                ("intermediary", models.CharField(blank=True, default="", max_length=2000, verbose_name="中介服务")),
                ("quota", models.CharField(blank=True, default="", max_length=200, verbose_name="数量限制")),
                (
                    "result_type",
                    models.CharField(
                        choices=[
                            ("certificate", "出证办结"),
                            ("document", "出文办结"),
                            ("approval", "审批办结"),
                            ("none", "无结果文书"),
                        ],
                        max_length=16,
                        verbose_name="结果类型",
                    ),
                ),
                ("result_name", models.CharField(blank=True, default="", max_length=100, verbose_name="结果名称")),
                ("result_sample", models.CharField(blank=True, default="", max_length=200, verbose_name="结果样本")),
                ("charged", models.BooleanField(default=False, verbose_name="是否收费")),
                ("fee_basis", models.TextField(blank=True, default="", verbose_name="收费依据")),
                ("cross_region", models.CharField(blank=True, default="", max_length=1, verbose_name="通办范围")),
                ("objects_served", models.JSONField(default=list, verbose_name="服务对象")),
                ("themes", models.JSONField(blank=True, default=list, verbose_name="服务主题")),
                ("legal_theme_codes", models.JSONField(blank=True, default=list, verbose_name="法人服务主题代码")),
                ("natural_theme_codes", models.JSONField(blank=True, default=list, verbose_name="自然人服务主题代码")),
                ("channels", models.JSONField(default=list, verbose_name="办理形式")),
                ("special_procedures", models.JSONField(blank=True, default=list, verbose_name="特别程序")),
                ("appointment", models.BooleanField(default=False, verbose_name="是否支持预约办理")),
                ("pay_online", models.BooleanField(default=False, verbose_name="是否支持网上支付")),
                ("express", models.BooleanField(default=False, verbose_name="是否支持物流快递")),
                ("online", models.BooleanField(default=False, verbose_name="是否网办")),
                ("online_address", models.CharField(blank=True, default="", max_length=200, verbose_name="网办地址")),
                ("system_level", models.CharField(blank=True, default="", max_length=20, verbose_name="运行系统层级")),
                ("place", models.CharField(blank=True, default="", max_length=100, verbose_name="办理地点")),
                ("hours", models.CharField(blank=True, default="", max_length=150, verbose_name="办理时间")),
                ("consult_means", models.CharField(blank=True, default="", max_length=100, verbose_name="咨询方式")),
                ("consult_phone", models.CharField(blank=True, default="", max_length=18, verbose_name="咨询电话")),
                ("supervision_phone", models.CharField(blank=True, default="", max_length=18, verbose_name="监督电话")),
                ("questions", models.JSONField(blank=True, default=list, verbose_name="常见问题")),
                ("online_depth", models.PositiveSmallIntegerField(default=1, verbose_name="网办深度")),
                ("visits", models.PositiveSmallIntegerField(default=1, verbose_name="到现场次数")),
                ("convenience", models.BooleanField(default=False, verbose_name="便民事项")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                (
                    "catalogue_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="catalogue.catalogueitem",
                        verbose_name="目录事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "实施清单",
                "verbose_name_plural": "实施清单",
                "ordering": ["implementation_code", "version", "id"],
            },
        ),
        migrations.CreateModel(
            name="HandlingItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("code", models.CharField(max_length=2, verbose_name="办理项编码")),
                ("full_code", models.CharField(db_index=True, max_length=33, verbose_name="业务办理项编码（33位）")),
                ("name", models.CharField(max_length=200, verbose_name="办理项名称")),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="catalogue.implementationitem"),
                ),
            ],
            options={
                "verbose_name": "业务办理项",
                "verbose_name_plural": "业务办理项",
                "ordering": ["item", "position"],
            },
        ),
        migrations.CreateModel(
            name="Fee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=200, verbose_name="收费项目")),
                ("standard", models.CharField(blank=True, default="", max_length=500, verbose_name="收费标准")),
                ("basis", models.CharField(blank=True, default="", max_length=500, verbose_name="收费依据")),
                ("reducible", models.BooleanField(default=False, verbose_name="是否允许减免")),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="catalogue.implementationitem"),
                ),
            ],
            options={
                "verbose_name": "收费项目",
                "verbose_name_plural": "收费项目",
                "ordering": ["item", "position"],
            },
        ),
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("law", models.CharField(max_length=300, verbose_name="依据名称")),
                ("article", models.CharField(blank=True, default="", max_length=200, verbose_name="条款")),
                ("as_of", models.CharField(blank=True, default="", max_length=10, verbose_name="版本日期")),
                ("verified", models.CharField(default="K", max_length=1, verbose_name="核实")),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="catalogue.implementationitem"),
                ),
            ],
            options={
                "verbose_name": "设定依据",
                "verbose_name_plural": "设定依据",
                "ordering": ["item", "position"],
            },
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=200, verbose_name="材料名称")),
                ("issuer", models.CharField(blank=True, default="", max_length=100, verbose_name="出具机构")),
                (
                    "issued_within",
                    models.CharField(blank=True, default="", max_length=150, verbose_name="出具时间要求"),
                ),
                (
                    "handling_note",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="材料办理说明"),
                ),
                (
                    "handling_place",
                    models.CharField(blank=True, default="", max_length=400, verbose_name="材料办理地点"),
                ),
                ("use_note", models.CharField(blank=True, default="", max_length=500, verbose_name="材料使用说明")),
                ("originals", models.PositiveSmallIntegerField(default=0, verbose_name="原件份数")),
                ("copies", models.PositiveSmallIntegerField(default=0, verbose_name="复印件份数")),
                ("required", models.BooleanField(default=True, verbose_name="是否必备材料")),
                (
                    "form",
                    models.CharField(
                        choices=[("paper", "纸质"), ("electronic", "电子"), ("both", "纸质或电子")],
                        max_length=16,
                        verbose_name="材料形式",
                    ),
                ),
                ("key", models.BooleanField(default=False, verbose_name="主审要件")),
                (
                    "legal_basis",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="要求提供的依据"),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="catalogue.implementationitem"),
                ),
            ],
            options={
                "verbose_name": "申请材料",
                "verbose_name_plural": "申请材料",
                "ordering": ["item", "position"],
            },
        ),
        migrations.CreateModel(
            name="PowerListEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation_code", models.CharField(max_length=48, verbose_name="部门编码")),
                ("division", models.CharField(db_index=True, max_length=12, verbose_name="区划")),
                ("catalogue_code", models.CharField(max_length=12, verbose_name="基本编码（12位）")),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="清单版本")),
                ("published_on", models.DateField(verbose_name="公布日期")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="取消日期")),
                ("notice", models.CharField(blank=True, default="", max_length=200, verbose_name="公告")),
                (
                    "type_code",
                    models.CharField(
                        choices=[
                            ("01", "行政许可"),
                            ("02", "行政处罚"),
                            ("03", "行政强制"),
                            ("04", "行政征收"),
                            ("05", "行政给付"),
                            ("06", "行政检查"),
                            ("07", "行政确认"),
                            ("08", "行政奖励"),
                            ("09", "行政裁决"),
                            ("10", "其他行政权力"),
                            ("20", "公共服务"),
                        ],
                        max_length=2,
                        verbose_name="权力类型",
                    ),
                ),
            ],
            options={
                "verbose_name": "权力清单",
                "verbose_name_plural": "权力清单",
                "ordering": ["organisation_code", "catalogue_code", "version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_code", "catalogue_code", "version"), name="power_list_entry"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_on__isnull", True),
                            ("withdrawn_on__gte", models.F("published_on")),
                            _connector="OR",
                        ),
                        name="power_list_dates_are_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResponsibilityListEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation_code", models.CharField(max_length=48, verbose_name="部门编码")),
                ("division", models.CharField(db_index=True, max_length=12, verbose_name="区划")),
                ("catalogue_code", models.CharField(max_length=12, verbose_name="基本编码（12位）")),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="清单版本")),
                ("published_on", models.DateField(verbose_name="公布日期")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="取消日期")),
                ("notice", models.CharField(blank=True, default="", max_length=200, verbose_name="公告")),
                ("duties", models.JSONField(default=list, verbose_name="责任事项")),
                ("accountability", models.CharField(blank=True, default="", max_length=500, verbose_name="追责依据")),
            ],
            options={
                "verbose_name": "责任清单",
                "verbose_name_plural": "责任清单",
                "ordering": ["organisation_code", "catalogue_code", "version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_code", "catalogue_code", "version"), name="responsibility_list_entry"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_on__isnull", True),
                            ("withdrawn_on__gte", models.F("published_on")),
                            _connector="OR",
                        ),
                        name="responsibility_list_dates_are_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=50, verbose_name="环节名称")),
                (
                    "post",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("window", "窗口"),
                            ("section", "科室"),
                            ("leader", "分管领导"),
                            ("site", "现场"),
                            ("certificate", "制证"),
                            ("joint", "联办部门"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="岗位",
                    ),
                ),
                ("amount", models.PositiveSmallIntegerField(default=0, verbose_name="环节时限")),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="catalogue.implementationitem"),
                ),
            ],
            options={
                "verbose_name": "办理环节",
                "verbose_name_plural": "办理环节",
                "ordering": ["item", "position"],
            },
        ),
        migrations.AddIndex(
            model_name="implementationitem",
            index=models.Index(fields=["organisation_code", "item_code"], name="catalogue_impl_by_item"),
        ),
        migrations.AddIndex(
            model_name="implementationitem",
            index=models.Index(fields=["division", "item_code", "organisation_code"], name="catalogue_impl_page"),
        ),
        migrations.AddConstraint(
            model_name="implementationitem",
            constraint=models.UniqueConstraint(
                fields=("implementation_code", "version"), name="implementation_item_code_and_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="implementationitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["published", "suspended"])),
                fields=("implementation_code",),
                name="implementation_item_one_version_stands",
            ),
        ),
        migrations.AddConstraint(
            model_name="implementationitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["published", "suspended", "superseded"]), _negated=True),
                    models.Q(("legal_approved_at__isnull", False), ("staffing_approved_at__isnull", False)),
                    _connector="OR",
                ),
                name="implementation_item_published_needs_both_approvals",
            ),
        ),
        migrations.AddConstraint(
            model_name="implementationitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["published", "suspended", "superseded"]), _negated=True),
                    ("effective_on__isnull", False),
                    _connector="OR",
                ),
                name="implementation_item_published_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="implementationitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_until__isnull", True),
                    ("effective_until__gte", models.F("effective_on")),
                    _connector="OR",
                ),
                name="implementation_item_dates_are_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="implementationitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("statutory_amount__isnull", True),
                    models.Q(("statutory_unit", models.F("promised_unit")), _negated=True),
                    ("promised_amount__lte", models.F("statutory_amount")),
                    _connector="OR",
                ),
                name="implementation_promise_within_law",
            ),
        ),
        migrations.AddConstraint(
            model_name="handlingitem",
            constraint=models.UniqueConstraint(fields=("item", "position"), name="handling_item_position"),
        ),
        migrations.AddConstraint(
            model_name="handlingitem",
            constraint=models.UniqueConstraint(fields=("item", "code"), name="handling_item_code"),
        ),
        migrations.AddConstraint(
            model_name="fee",
            constraint=models.UniqueConstraint(fields=("item", "position"), name="fee_position"),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.UniqueConstraint(fields=("item", "position"), name="legal_basis_position"),
        ),
        migrations.AddConstraint(
            model_name="material",
            constraint=models.UniqueConstraint(fields=("item", "position"), name="material_position"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(fields=("item", "position"), name="step_position"),
        ),
    ]
