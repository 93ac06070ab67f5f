/** The last thing that went wrong in passing, until it is shown and dismissed. */
export class Mishaps {
  private last: Error | null = null;
  private readonly listeners = new Set<() => void>();

  tell(error: Error): void {
    this.change(error);
  }

  dismiss(): void {
    this.change(null);
  }

  readonly get = (): Error | null => this.last;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private change(last: Error | null): void {
    this.last = last;
    for (const listener of this.listeners) listener();
  }
}
