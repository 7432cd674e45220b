"""Who acts and who applies: synthetic throughout."""

from yichuang.cases.values import ApplicantDetails
from yichuang.kernel.actor import Actor, ActorKind

CLERK = Actor(id="clerk-07", name="窗口七号", organisation="610924-gongshang", division="610924")
HEAD = Actor(id="head-01", name="局长", organisation="610924-gongshang", division="610924")
CITIZEN = Actor(id="citizen-01", name="测试甲", kind=ActorKind.APPLICANT)
CONNECTOR = Actor(id="county-system", name="县区系统", kind=ActorKind.CONNECTOR)
APPLICANT = ApplicantDetails(name="测试甲", id_type="111", id_number="610924199001010011", phone="13900000000")
