"""The columns of every relation: name, unit (`?`: may be empty), value in a blameless row, name in 中文 and English.

`@2015-03-02` is a day, which becomes a working-day ordinal or an instant (noon, or the time behind the T) by the
calendar; `-` is the empty text, `null` no value. Read by `relations`.
"""

CASES = """
case_id plain 1 | 办件内部号 | internal number of the case
number text EXAMPLE | 办件编号 | case number
version plain 1 | 办件版本 | version of the case
source text own | 来源系统 | source system
county text 610924 | 县区 | county
town text - | 镇办 | town
centre text 610924-centre | 政务服务中心 | service centre
organisation text 610924-guotu | 承办单位 | organisation in charge
department text guotu | 部门 | department
item text 01001 | 事项 | service item
handling_item text - | 办理项 | handling item
item_type text 01 | 事项类型 | type of item
channel text window | 申请渠道 | channel
applicant_type text person | 申请人类型 | type of applicant
kind text promised | 办件类型 | kind of case
joint flag no | 联办件 | joint case
green_channel flag no | 绿色通道 | green channel
counted flag yes | 计入时限考核 | counted for time limits
status text accepted | 状态 | status
result text - | 结果 | result
automatic flag no | 逾期未告知视为受理 | deemed accepted for want of a notice
provisional flag no | 期限暂计（次年日历未公布） | dates rest on an unpublished calendar
received_wd day @2015-03-02 | 收件日 | received on
ready_wd day? @2015-03-02 | 材料齐全日 | materials complete on
notice_wd day? null | 首次补正告知日 | first supplement notice on
accepted_wd day? @2015-03-02 | 受理日 | accepted on
decided_wd day? null | 决定日 | decided on
ended_wd day? null | 办结日 | ended on
certificate_wd day? null | 证照签发日 | certificate issued on
delivered_wd day? null | 送达日 | delivered on
closed_wd day? null | 归档日 | closed on
received_s instant @2015-03-02T09:30 | 收件时间 | received at
accepted_s instant? @2015-03-02T10:00 | 受理时间 | accepted at
decided_s instant? null | 决定时间 | decided at
delivered_s instant? null | 送达时间 | delivered at
closed_s instant? null | 归档时间 | closed at
limit_unit text working-days | 时限单位 | unit of the time limit
statutory_amount count? 20 | 法定时限 | statutory period
promised_amount count? 10 | 承诺时限 | promised period
statutory_due_wd day? @2015-03-30 | 法定到期日 | statutory period ends on
promised_due_wd day? @2015-03-16 | 承诺到期日 | promised period ends on
statutory_due_s instant? @2015-03-30T17:30 | 法定到期时间 | statutory period ends at
promised_due_s instant? @2015-03-16T17:30 | 承诺到期时间 | promised period ends at
due_stated flag no | 期限由来源系统写明 | deadline stated by the source
paused_days days 0 | 扣除天数 | days not counted
extension_days days 0 | 延期天数 | days of extension
used_days days? null | 已用天数 | days used
late_promised flag? null | 超承诺时限 | later than promised
late_statutory flag? null | 超法定时限 | later than the statute allows
early flag? null | 提前办结 | ended early
late_steps count 0 | 超时环节数 | steps overdue
step_due_s instant? @2015-03-05T17:30 | 当前环节到期时间 | current step ends at
step_due_wd day? @2015-03-05 | 当前环节到期日 | current step ends on
step_count count 1 | 环节数 | steps
hand_offs count 0 | 流转次数 | hand-offs
supplement_count count 0 | 补正次数 | supplements asked
late_supplements count 0 | 受理后要求补正次数 | supplements asked after acceptance
special_count count 0 | 特别程序次数 | special procedures
special_open_wd day? null | 特别程序开始日 | special procedure running since
special_due_wd day? null | 特别程序应结束日 | special procedure ends on
special_counted_days days 0 | 进行中的特别程序已计入的天数 | days of the running procedure already in the deadlines
special_over_days days 0 | 特别程序超期天数 | days a special procedure ran over
specials_unlimited count 0 | 未定时限的特别程序数 | special procedures without a limit
specials_unnoticed count 0 | 无书面告知的特别程序数 | special procedures without written notice
extension_count count 0 | 延期次数 | extensions
extensions_late count 0 | 到期后才作的延期次数 | extensions after the period had run out
extensions_unapproved count 0 | 未经批准的延期次数 | extensions without approval
decision text - | 决定 | decision
decider text - | 决定人 | decided by
decider_listed flag? null | 决定人在授权范围内 | decider within the authority list
decision_numbered flag yes | 决定有文号 | decision has a document number
reasons_given flag? null | 说明了不予许可理由 | reasons for refusal given
remedies_given flag? null | 告知了救济途径 | remedies told
opinions_missing count 0 | 缺审批意见的环节数 | steps without an opinion
certificate_number text - | 证照编号 | certificate number
certificate_early flag no | 证照早于决定 | certificate before the decision
decided_unaccepted flag no | 未受理先决定 | decided before acceptance
supplements_unasked count 0 | 无告知的补正次数 | supplements received without a notice
delivered_early flag no | 决定前送达 | delivered before the decision
entry_lag_days days 0 | 补录滞后天数 | days between an act and its entry
off_day_acts count 0 | 休息日办理次数 | acts on days off
earliest_minute minute? 570 | 最早办理时刻 | earliest act of staff in the day
latest_minute minute? 600 | 最晚办理时刻 | latest act of staff in the day
consult_open_wd day? null | 未答复的征求意见日 | unanswered consultation of a department since
consult_over_days days 0 | 征求意见超期天数 | days a consultation ran over
forward_wd day? null | 转报上级日 | forwarded to the higher authority on
materials_taken count 2 | 已收材料数 | materials taken
materials_required count? 2 | 应收材料数 | materials required
files_missing count 0 | 应有而未上传的文件数 | files missing
fees_charged count 0 | 收费笔数 | fees charged
fees_paid count 0 | 已缴费笔数 | fees paid
fee_stated flag yes | 收费情况已报送 | fees are reported
fee_fixed flag no | 事项定有收费 | item lists a fixed fee
promise_over_statutory flag no | 承诺时限长于法定时限 | promise longer than the statute
reviewed_alone count 0 | 不足两人的现场核查次数 | site reviews by fewer than two officers
closed_by text - | 归档人 | closed by
"""

# A case that was granted and handed over within its time; an example that is about the end starts from here.
ENDED = (
    "status=closed result=granted decision=granted decider=610924-guotu-02 decided_wd=@2015-03-09 ended_wd=@2015-03-09"
    " certificate_wd=@2015-03-09 certificate_number=EXAMPLE-2015-1 delivered_wd=@2015-03-10 closed_wd=@2015-03-10"
    " decided_s=@2015-03-09T10:00 delivered_s=@2015-03-10T10:00 closed_s=@2015-03-10T10:05 used_days=5"
    " late_promised=no late_statutory=no early=yes step_due_s=null step_due_wd=null step_count=3 hand_offs=2"
    " decider_listed=yes closed_by=610924-guotu-01"
)
REFUSED = (
    ENDED.replace("=granted", "=refused")
    + " certificate_wd=null certificate_number=- reasons_given=yes remedies_given=yes"
)

FEES = """
number text EXAMPLE | 办件编号 | case number
county text 610924 | 县区 | county
organisation text 610924-guotu | 收费单位 | charging organisation
item text 01001 | 事项 | service item
name text 工本费 | 收费项目 | name of the fee
amount_fen fen 1000 | 金额 | amount
on_list flag yes | 在收费清单内 | on the list of fees
over_list flag no | 高于清单金额 | above the amount on the list
paid flag yes | 已缴 | paid
charged_wd day @2015-03-02 | 收费日 | charged on
"""

CLOSINGS = """
county text 610924 | 县区 | county
organisation text 610924-guotu | 单位 | organisation
source text own | 来源系统 | source system
decider text 610924-guotu-02 | 办结人 | ended by
minute_s instant @2015-03-09T10:00 | 办结时刻 | minute of ending
closed_wd day @2015-03-09 | 办结日 | ended on
cases count 1 | 同一分钟办结件数 | cases ended in the minute
promised count 1 | 其中承诺件 | of which promised cases
"""

FILES = """
digest text EXAMPLE | 文件摘要 | digest of the file
county text 610924 | 县区 | county
organisation text 610924-guotu | 单位 | organisation
cases count 1 | 使用该文件的办件数 | cases with this file
applicants count 1 | 涉及申请人数 | applicants concerned
first_wd day @2015-03-02 | 首次出现日 | first seen on
last_wd day @2015-03-02 | 最近出现日 | last seen on
"""

ITEMS = """
county text 610924 | 县区 | county
organisation text 610924-guotu | 单位 | organisation
department text guotu | 部门 | department
item text 01001 | 事项 | service item
listed flag yes | 在权责清单内 | on the list of powers
entered flag yes | 已进驻中心 | entered into the centre
entered_wd day? @2015-01-05 | 进驻日 | entered on
cancelled flag no | 已取消 | cancelled
cancelled_wd day? null | 取消日 | cancelled on
standing flag yes | 现行有效 | in force
kind text promised | 办件类型 | kind of case
promised_amount count? 10 | 承诺时限 | promised period
statutory_amount count? 20 | 法定时限 | statutory period
same_unit flag yes | 两时限单位相同 | both periods in one unit
cases_all count 40 | 累计受理件数 | cases in all
cases_quarter count 12 | 近六十个工作日受理件数 | cases in the last 60 working days
cases_after_cancel count 0 | 取消后受理件数 | cases after the cancellation
last_case_wd day? @2015-03-02 | 最近受理日 | last case on
"""

FEEDBACK = """
number text EXAMPLE | 诉求编号 | number
kind text consultation | 诉求类型 | kind
county text 610924 | 县区 | county
organisation text 610924-guotu | 承办单位 | organisation in charge
opened_wd day @2015-03-02 | 收到日 | received on
due_wd day @2015-03-09 | 应答复日 | reply due on
decided_wd day? null | 受理与否决定日 | decided whether to take it on
answered_wd day? null | 答复日 | answered on
closed_wd day? null | 办结日 | closed on
contacted flag yes | 已联系诉求人 | person contacted
real_name flag yes | 实名 | name given
level count? null | 评价等级 | level of rating
extended flag no | 已延期 | extended
"""

FEEDS = """
source text county-610924 | 来源系统 | source system
county text 610924 | 县区 | county
organisation text - | 单位 | organisation
expected flag yes | 应当报送 | reports are expected
last_report_wd day? @2015-03-02 | 最近报送日 | last report on
silent_days days 0 | 未报送天数 | days of silence
waiting count 0 | 待处理记录数 | records in quarantine
filed count 100 | 已入库记录数 | records filed
incomplete_permille permille 0 | 不完整记录比例 | share of incomplete records
system text connected | 接入方式 | way of connection
failures count 0 | 连续读取失败次数 | reads failed in a row
backlog count 0 | 已收到未入库行数 | rows received and not filed
declared_permille permille? null | 到达数据占申报量的比例 | share of the declared volume that arrived
clock_ahead_minutes count 0 | 来源时钟超前分钟数 | minutes by which its clock is ahead
"""

NODES = """
node text EXAMPLE | 节点 | node
county text 610924 | 县区 | county
organisation text - | 单位 | organisation
neighbour flag yes | 直接相连 | direct neighbour
silent_minutes count? 1 | 最近联系至今分钟数 | minutes since it was last heard of
backlog count 0 | 待对方确认的信封数 | envelopes it has not acknowledged
waiting count 0 | 等待前序的信封数 | envelopes that wait for earlier ones
refused count 0 | 拒收的信封数 | envelopes refused
skew_minutes count 0 | 时钟偏差分钟数 | minutes its clock is off
complete_permille permille? 1000 | 到达事件占申报量的比例 | share of its declared events that arrived
key_days_left days? 365 | 密钥剩余天数 | days its key is still valid
conflicts count 0 | 待裁定的冲突数 | conflicts to be settled
"""

REGISTERS = """
register text EXAMPLE | 台账 | register
entry text 1 | 台账条目 | entry
number text - | 对应办件编号 | number of the matching case
county text 610924 | 县区 | county
organisation text 610924-guotu | 单位 | organisation
department text guotu | 部门 | department
item text 01001 | 事项 | service item
document_number text EXAMPLE-2015-1 | 文号 | document number
decided_wd day @2015-03-09 | 台账决定日 | decided on, by the register
matched flag yes | 与中心办件对应 | matches a case of the centre
outcome text inside | 比对结论 | outcome of the comparison
verdict text - | 人工核实 | verdict of the reviewer
probability_permille permille 1000 | 对应概率 | probability of the match
centre_volume count 12 | 该事项中心办件数 | cases of the item in the centre
decided_apart_days days? 0 | 两处决定日相差天数 | days between both decisions
published_wd day? @2015-03-12 | 公示日 | published on
"""

SERIES = """
register text EXAMPLE | 台账 | register
prefix text EXAMPLE-2015- | 编号前缀 | prefix of the numbers
county text 610924 | 县区 | county
organisation text 610924-guotu | 单位 | organisation
first plain 1 | 起号 | first number
last plain 20 | 止号 | last number
present count 20 | 在册编号数 | numbers present
missing count 0 | 缺号数 | numbers missing
"""

VOLUMES = """
county text 610924 | 县区 | county
organisation text 610924-guotu | 单位 | organisation
item text 01001 | 事项 | service item
month month 201503 | 月份 | month
register_volume count 12 | 台账件数 | volume in the register
centre_volume count 12 | 中心件数 | volume in the centre
ratio_permille permille 1000 | 中心占台账比例 | centre's share of the register
"""

RESULTS = """
number text EXAMPLE | 办件编号 | case number
county text 610924 | 县区 | county
organisation text 610924-guotu | 单位 | organisation
department text guotu | 部门 | department
item text 01001 | 事项 | service item
certificate_number text EXAMPLE-2015-1 | 证照编号 | certificate number
decided_wd day @2015-03-09 | 决定日 | decided on
in_register flag yes | 已在台账 | stands in the register
"""

VISITS = """
county text 610924 | 县区 | county
organisation text - | 单位 | organisation
centre text 610924-centre | 政务服务中心 | service centre
on_wd day @2015-03-02 | 日期 | day
served count 20 | 预约到访人次 | bookings kept
cases count 20 | 受理件数 | cases received
"""

CALLBACKS = """
number text EXAMPLE | 办件编号 | case number
county text 610924 | 县区 | county
organisation text 610924-guotu | 单位 | organisation
state text confirmed | 回访状态 | state of the call-back
place_agrees flag? yes | 办理地点相符 | place agrees
date_agrees flag? yes | 办理日期相符 | date agrees
visits_agree flag? yes | 跑动次数相符 | number of visits agrees
fees_agree flag? yes | 收费相符 | fees agree
called_wd day? @2015-03-16 | 回访日 | called on
drawn_wd day @2015-03-12 | 抽取日 | drawn on
"""
