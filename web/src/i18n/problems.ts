/** What the server says went wrong, in the reader's language. Its own words are English. */
import type { Locale } from "./locale";

const IN_CHINESE: Readonly<Record<string, string>> = {
  internal_error: "出现了意料之外的问题，服务器日志中有详细记录。",
  invalid_value: "请求中有无法识别的值，请修改后再试。",
  unsupported_parameter: "请求中有不支持的参数，请去掉后再试。",
  context_length_exceeded: "内容超过了模型可读的长度。请缩短，或开始新的对话。",
  request_too_large: "内容超过了服务器可接受的大小，请减少后再发。",
  request_timeout: "请求内容传得太慢或中断了，请换个更好的网络再发一次。",
  method_not_allowed: "这个地址不支持该操作。",
  invalid_api_key: "无法确认您的身份，请重新登录。",
  api_key_revoked: "这个密钥已被吊销，请另建一个。",
  api_key_expired: "这个密钥已到期，请另建一个。",
  sign_in_failed: "登录未成功，请检查后再试。",
  sign_in_stale: "这次登录已失效，请在此重新开始。",
  provider_refused: "登录服务未允许您进入。请再试一次，或换一种方式登录。",
  provider_untrusted: "登录服务的答复无法信任，未能登录。服务器日志中有详细记录。",
  banned: "您已被禁止使用，请联系本系统的所有者。",
  scope_missing: "这个密钥没有此项权限。",
  model_not_allowed: "这个密钥不能使用该模型。",
  address_not_allowed: "不允许从您的网络地址使用。",
  email_unverified: "登录服务未确认您的邮箱。请先在那里确认，或换一种方式登录。",
  not_available_here: "您所在的地区或您的账户暂不可用。如有误，请联系本系统的所有者。",
  waiting_list: "目前尚未对所有人开放，您已在等候名单中，请在获准后再来。",
  registration_closed: "目前不开放注册，请向本系统的所有者索取邀请。",
  permission_denied: "您没有权限这样做，请联系本系统的所有者。",
  not_found: "这里没有您要找的内容，它可能已被删除。",
  model_not_found: "这里没有这个模型，请另选一个。",
  voucher_unknown: "没有这个兑换码，请检查是否输错。",
  conflict: "当前状态下无法这样做，请刷新后再试。",
  idempotency_key_reused: "这个请求标识已用于另一个请求，请换一个。",
  request_in_progress: "同样的请求正在处理，请稍候。",
  last_owner: "至少要有一位所有者。请先指定另一位。",
  last_way_in: "这是您唯一的登录方式。请先为您的邮箱或手机号设置密码，或添加一个可接收验证码的地址。",
  identity_taken: "登录服务的这个账户已属于这里的另一个人。请用它登录，或换一个账户。",
  voucher_spent: "这个兑换码的次数已用完，请向给您的人另要一个。",
  voucher_redeemed: "您已兑换过这个兑换码，金额已在余额中。",
  voucher_expired: "这个兑换码已过期，请向给您的人另要一个。",
  voucher_revoked: "这个兑换码已被作废，请向给您的人另要一个。",
  too_little_to_learn: "可供学习的反馈还太少，请再等等，或请更多人同意参与。",
  turn_in_progress: "这个回答还在进行中，请等它结束。",
  rate_limit_exceeded: "请求过于频繁，请稍候再试。",
  too_many_attempts: "尝试次数过多，请稍后再试。",
  insufficient_quota: "余额不足，请充值或兑换后再试。",
  plan_spent: "套餐用量已用完，请等到下一周期。",
  payment_refused: "支付服务商未接受，请换一种方式或联系本系统的所有者。",
  budget_spent: "预算已用完，请等到下一周期或提高预算。",
  engine_busy: "排队的请求太多了，请稍候再试。",
  unavailable: "服务暂时不可用，请稍后再试。",
  engine_failed: "引擎在回答途中停止，正在重启。请再发一次。",
  model_unreadable:
    "模型文件无法读取。运行 `homespun doctor` 可查明原因，`homespun models pull` 可重新下载。",
  release_damaged: "这个版本与制作时的签名不符，因此不再回答。请从备份恢复它的文件夹。",
  training_failed: "训练没有产生模型，任务旁的日志说明了原因。正在回答的模型不受影响。",
  training_not_installed: "这里尚未安装训练所需的组件。运行 `make learn` 安装后，请重新启动服务器。",
  client_hung_up: "连接已中断，请再试一次。",
  provider_unavailable: "登录服务没有响应。请再试一次，或换一种方式登录。",
  database_unavailable: "数据库没有响应，请稍后再试。",
  database_busy: "数据库正忙，请稍后再试。",
  storage_full: "存放数据的磁盘已满，请清理出一些空间。已确认的内容不会丢失。",
};

/** Codes for many things: the server's own sentence says which, and stands behind the translation. */
const GENERAL = new Set([
  "invalid_value",
  "conflict",
  "not_found",
  "permission_denied",
  "sign_in_failed",
  "training_failed",
  "too_little_to_learn",
]);

/** As `problemText`, where the reader filled in a form and has to know what exactly was refused. */
export function problemDetails(code: string | null | undefined, message: string, locale: Locale): string {
  const text = problemText(code, message, locale);
  return locale !== "en" && code && GENERAL.has(code) && text !== message ? `${text}（${message}）` : text;
}

/** English readers get the server's own sentence, which may know more than the code does. */
export function problemText(code: string | null | undefined, message: string, locale: Locale): string {
  if (locale === "en" || !code) return message;
  return (Object.hasOwn(IN_CHINESE, code) && IN_CHINESE[code]) || message;
}
