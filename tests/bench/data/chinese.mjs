/** Chinese sentences, made of common words: reports about work, as they stand in tickets and mails. */
import { Random } from './random.mjs';

const split = (words) => words.split(' ');

const people = split(
  '我们 他们 大家 团队 用户 客户 同事 经理 工程师 开发者 管理员 负责人 新来的同学 测试人员 产品经理 运维小组 项目组 合作伙伴 供应商 老师 学生 记者 编辑 作者 读者 研究人员 公司 部门 董事会 委员会',
);
const surnames = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕'];
const givenNames = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红云龙飞鹏辉建国志文斌晓宇浩凯婷雪梅琳欣怡佳',
];
const times = split(
  '昨天下午 今天早上 上个星期 去年秋天 会议结束以后 版本发布之前 在过去三个月里 从明年一月起 每天晚上 春节期间 刚才 最近几天 到目前为止 半夜两点左右 截止日期之前 第二季度 周末 傍晚时分',
);
const things = split(
  '服务器 数据库 接口 文档 配置文件 缓存 日志 网络连接 测试用例 编译器 内存 请求 响应 模型 密钥 设置页面 插件 编辑器 代码仓库 依赖 补丁 版本 需求 计划 合同 报告 预算 流程 问题 错误 警告 结果 性能 安全漏洞 权限 账号 密码 订单 价格 文章 照片 邮件 电话 会议室 旧房子 火车票 天气预报 图书馆 自行车 城市 河流 山路 市场 医院 学校',
);
const adjectives = split(
  '新的 旧的 重要的 复杂的 简单的 临时的 稳定的 意外的 严重的 明显的 完整的 缺失的 多余的 便宜的 昂贵的 安静的 热闹的 漂亮的 可靠的 奇怪的 详细的 模糊的 公开的 内部的 远程的 本地的',
);
const verbs = split(
  '修改了 检查了 删除了 重新启动了 部署了 发布了 测试了 记录了 忽略了 发现了 解决了 讨论了 推迟了 批准了 拒绝了 购买了 更新了 回滚了 优化了 比较了 整理了 翻译了 验证了 迁移了 关闭了 打开了 描述了 估计了 收到了 准备了 搬走了 弄丢了',
);
const states = split(
  '已经恢复正常 还没有完成 运行得非常慢 占用了太多内存 突然中断 无法访问 需要再确认一次 看起来没有变化 比预期好得多 终于通过了 仍然不够稳定 超出了限制 被大家接受 不值得继续 引起了注意 变得越来越困难 只剩下一半 完全不一样',
);
const connections = split(
  '因为 所以 但是 如果 虽然 不过 而且 于是 另外 其实 也就是说 除此之外 相比之下 总的来说 一方面 幸好 遗憾的是',
);
const measures = split('三个 两份 几十条 一百多个 五台 第四次 百分之二十的 大约一半的 所有的 少数 最后一批 同样的');
const marks = [',', ',', ',', ',', '。', '。', '。', ';', ':', '?', '!', '。\n', '。\n\n'];

/** A clause of five to twenty characters or so. */
function clause(random) {
  const person = random.oneIn(4)
    ? random.pick(surnames) + random.pick(givenNames) + (random.oneIn(3) ? '' : random.pick(givenNames))
    : random.pick(people);
  const thing =
    (random.oneIn(2) ? random.pick(measures) : '') +
    (random.oneIn(2) ? random.pick(adjectives) : '') +
    random.pick(things);
  const begin = (random.oneIn(4) ? random.pick(connections) : '') + (random.oneIn(4) ? random.pick(times) : '');
  if (random.oneIn(3)) return `${begin}${thing}${random.pick(states)}`;
  const place = random.oneIn(4) ? `在${random.pick(things)}里` : '';
  return `${begin}${person}${place}${random.pick(verbs)}${thing}`;
}

/** A text of at least so many bytes. */
export function chineseText(bytes) {
  const random = new Random(20);
  let text = '';
  for (let length = 0; length < bytes; ) {
    let next = clause(random);
    if (random.oneIn(25)) next += ` ${random.pick(['API', 'v2.1', 'GitHub', 'HTTP 500', 'token', '2026', '12.5'])} `;
    next += random.pick(marks);
    text += next;
    length += Buffer.byteLength(next);
  }
  return text;
}
