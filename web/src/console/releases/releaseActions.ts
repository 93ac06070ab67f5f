/** What may be done with a release, by its state; the server has the last word. */
import type { Release } from "../../api/releases";

export type ReleaseAction = "gradually" | "show" | "promote" | "retire" | "takeBack" | "rollBack";

export function actionsOf(release: Release, all: readonly Release[]): ReleaseAction[] {
  const isOneOnTrial = all.some(({ state }) => state === "canary" || state === "shadow");
  const promoted: ReleaseAction[] = release.has_passed
    ? [...(isOneOnTrial ? [] : (["gradually"] as const)), "promote"]
    : [];
  switch (release.state) {
    case "candidate":
      return [...promoted, "retire"];
    case "shadow":
      return ["show", "promote", "takeBack"];
    case "canary":
      return ["promote", "takeBack"];
    case "champion":
      // Before the installed model there was none, and while one is on trial it is that which is taken back.
      return release.is_base || isOneOnTrial ? [] : ["rollBack"];
    case "retired":
      return promoted;
  }
}

/** How its weights were trained, one method after the other; empty: they weren't. */
export function methodsOf({ recipe }: Pick<Release, "recipe">): string {
  const methods = recipe.methods ?? (recipe.method === undefined ? [] : [recipe.method]);
  return (Array.isArray(methods) ? methods : []).map((method) => String(method).toUpperCase()).join(" → ");
}
