/** The answers that are being written at this moment: their text so far, and whether the connection holds. */
import { followTurn } from "../api/followTurn";
import type { ApiProblem } from "../api/problem";
import type { Turn } from "../api/types";

export interface LiveTurn {
  text: string;
  connection: "connecting" | "live" | "lost";
}

interface Following {
  live: LiveTurn;
  followers: number;
  listeners: Set<() => void>;
  abort: AbortController;
}

interface Settings {
  /** Called with the turn once it is closed, so that it can take its place among the stored ones. */
  onClosed(turn: Turn): void;
  /** Called when the server refuses to show the turn. */
  onRefused(turn: Turn, problem: ApiProblem): void;
}

export class LiveTurns {
  private readonly following = new Map<string, Following>();
  private readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** What is known of a turn; undefined when nobody follows it. The same object until something changes. */
  get(id: string): LiveTurn | undefined {
    return this.following.get(id)?.live;
  }

  /** Attaches to a turn for as long as somebody follows it. Returns the function that leaves. */
  follow(turn: Turn, listener: () => void): () => void {
    const following = this.following.get(turn.id) ?? this.attach(turn);
    following.followers += 1;
    following.listeners.add(listener);
    return () => {
      following.followers -= 1;
      following.listeners.delete(listener);
      if (following.followers === 0) this.leave(turn.id, following);
    };
  }

  private attach(turn: Turn): Following {
    const following: Following = {
      live: { text: turn.answer, connection: "connecting" },
      followers: 0,
      listeners: new Set(),
      abort: new AbortController(),
    };
    this.following.set(turn.id, following);
    const change = (live: LiveTurn) => {
      following.live = live;
      for (const listener of following.listeners) listener();
    };
    void followTurn(
      turn.id,
      {
        snapshot: (snapshot) => change({ text: snapshot.answer, connection: "live" }),
        delta: (text) => change({ text: following.live.text + text, connection: "live" }),
        lost: () => change({ ...following.live, connection: "lost" }),
        done: (closed) => this.settings.onClosed(closed),
        refused: (problem) => this.settings.onRefused(turn, problem),
      },
      following.abort.signal,
    );
    return following;
  }

  private leave(id: string, following: Following): void {
    following.abort.abort();
    if (this.following.get(id) === following) this.following.delete(id);
  }
}
