/** Tells the other tabs of this browser what has changed, so that two of them never drift apart for long. */

export type TabNews = { kind: "conversation"; id: string } | { kind: "session" };

export class Tabs {
  private readonly channel = new BroadcastChannel("homespun");

  tell(news: TabNews): void {
    this.channel.postMessage(news);
  }

  /** Hears what other tabs tell; never what this one told itself. */
  listen(listener: (news: TabNews) => void): void {
    this.channel.onmessage = (event: MessageEvent<TabNews>) => listener(event.data);
  }
}
