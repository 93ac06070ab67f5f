/** What the server tells of cost and income, as charts and tables want it. */
import type { ReleaseCost, UnitEconomics } from "../api/console";

type Use = ReleaseCost["use"];

/** All releases together; null where it isn't known. */
export function totalsOf({ machine_hour, releases, plans }: UnitEconomics) {
  const sum = (of: (use: Use) => number) => releases.reduce((total, { use }) => total + of(use), 0);
  const turns = sum((use) => use.turns);
  const measured = sum((use) => use.measured_turns);
  const machineUs = sum((use) => use.machine_us);
  const isKnown = machine_hour !== null && measured > 0;
  const cost = isKnown ? releases.reduce((total, one) => total + (one.cost?.micros ?? 0), 0) : null;
  const currency = machine_hour?.currency;
  const income = plans.reduce(
    (total, one) => total + (one.income.currency === currency ? one.income.micros : 0),
    0,
  );
  return {
    turns,
    measured,
    machineUs,
    cost,
    income,
    left: cost === null ? null : income - cost,
    thousandCost: cost === null ? null : perThousand(cost, measured),
    thousandUs: perThousand(machineUs, measured),
  };
}

/** By model, those that cost most first, with each door's release. */
export function byModel(releases: readonly ReleaseCost[]): { model: string; doors: ReleaseCost[] }[] {
  const models = new Map<string, ReleaseCost[]>();
  for (const release of releases) {
    const doors = models.get(release.model);
    if (doors === undefined) models.set(release.model, [release]);
    else doors.push(release);
  }
  return [...models].map(([model, doors]) => ({
    model,
    doors: doors.sort((one, other) => doorLayer(one.door) - doorLayer(other.door)),
  }));
}

/** How long a thousand prompts take, in microseconds; null where nothing was measured. */
export const thousandUs = ({ machine_us, measured_turns }: Use) => perThousand(machine_us, measured_turns);

/** How long the machine worked for them; null where nothing was measured of what there was. */
export const timeOf = ({ turns, measured_turns, machine_us }: Use) =>
  turns > 0 && measured_turns === 0 ? null : machine_us;

/** A value in words, or why there is none. */
export const shownOr = <T>(none: string, value: T | null, show: (value: T) => string) =>
  value === null ? none : show(value);

const DOORS = ["web", "api", "cli"];

/** The colour of a door, the same for every model. */
export function doorLayer(door: string): number {
  const place = DOORS.indexOf(door);
  return [1, 3, 5, 6][place === -1 ? DOORS.length : place] ?? 6;
}

function perThousand(amount: number, turns: number): number | null {
  return turns === 0 ? null : (amount * 1000) / turns;
}
