"""Sample data in Chinese."""

from .words import Buyer, Ware, Words

CHINESE = Words(
    organization="林记面包房（示例）",
    email="mianbao@example.com",
    street="磨坊巷4号",
    city="示例市",
    tax=("增值税 13%", "13"),
    wares=(
        Ware("酸种面包", "4.20", "个", "夜里现烤，1 千克"),
        Ware("餐包（50 个装）", "19", "袋"),
        Ware("可颂（12 个装）", "18", "盒"),
        Ware("生日蛋糕", "45", "个", "十二人份，可写名字"),
        Ware("三层婚礼蛋糕", "380", "个", "含两人试吃"),
        Ware("送货", "6", "次"),
    ),
    buyers=(
        Buyer("云杉咖啡馆", "海港路3号", "伟", "陈", "chenwei@example.com", "店主"),
        Buyer("育才小学", "菩提路18号", "敏", "吴", "wumin@example.com", "总务"),
        Buyer("湖畔酒店", "码头路1号", "静", "林", "linjing@example.com", "后厨"),
        Buyer("转角书店", "大街22号", "磊", "赵", "zhaolei@example.com", "店主"),
        Buyer("", "公园街7号", "芳", "王", "wangfang@example.com"),
    ),
    thanks="感谢惠顾。",
    declined_because="目前只放得下两盒，明年春天再说吧。",
    returned="送迟了的餐包",
    weekly="每周面包",
    remark="每年夏天都付得晚，打个电话提醒一下就好。",
)
