/** What the server says went wrong, in the reader's language. Its own words are English. */
import type { Locale } from "./locale";

const IN_CHINESE: Readonly<Record<string, string>> = {
  internal_error: "出现了意料之外的问题，服务器日志中有详细记录。",
  invalid_value: "请求中有无法识别的值，请修改后再试。",
  context_length_exceeded: "内容超过了模型可读的长度。请缩短，或开始新的对话。",
  request_too_large: "内容超过了服务器可接受的大小，请减少后再发。",
  permission_denied: "您没有权限这样做，请联系本系统的所有者。",
  not_found: "这里没有您要找的内容，它可能已被删除。",
  model_not_found: "这里没有这个模型，请另选一个。",
  conflict: "当前状态下无法这样做，请刷新后再试。",
  turn_in_progress: "这个回答还在进行中，请等它结束。",
  rate_limit_exceeded: "请求过于频繁，请稍候再试。",
  engine_busy: "排队的请求太多了，请稍候再试。",
  unavailable: "服务暂时不可用，请稍后再试。",
  engine_failed: "引擎在回答途中停止，正在重启。请再发一次。",
  model_unreadable:
    "模型文件无法读取。运行 `homespun doctor` 可查明原因，`homespun models pull` 可重新下载。",
  storage_full: "存放数据的磁盘已满，请清理出一些空间。已确认的内容不会丢失。",
};

/** English readers get the server's own sentence, which may know more than the code does. */
export function problemText(code: string | null | undefined, message: string, locale: Locale): string {
  if (locale === "en" || !code) return message;
  return (Object.hasOwn(IN_CHINESE, code) && IN_CHINESE[code]) || message;
}
