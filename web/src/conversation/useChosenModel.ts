import { useMemo } from "react";
import type { ModelInfo, Parameters, Turn } from "../api/types";
import type { Draft } from "./drafts";
import { chosenIn } from "./parameters";
import { defaultModel, useModels } from "./queries";

export interface ChosenModel {
  /** Every model that answers; undefined while nobody knows. */
  models: ModelInfo[] | undefined;
  /** The one that answers next; undefined while nobody knows, or where there is none. */
  model: ModelInfo | undefined;
  name: string | undefined;
  /** What differs from the defaults. */
  parameters: Parameters;
  defaults: Parameters;
  /** Whether the server is silent. */
  offline: boolean;
}

/** Who answers next, and how: what was chosen since the last turn, else as in it, else the default. */
export function useChosenModel(draft: Draft, last: Turn | undefined): ChosenModel {
  const { data: models, isError } = useModels();
  const named = (name: string | null | undefined) => models?.find((model) => model.name === name);
  const model = named(draft.model) ?? named(last?.model) ?? defaultModel(models);
  const defaults = model?.defaults ?? NO_PARAMETERS;
  const parameters = useMemo(
    () => draft.parameters ?? chosenIn(last?.parameters ?? NO_PARAMETERS, defaults),
    [draft.parameters, last?.parameters, defaults],
  );
  return { models, model, name: model?.name, parameters, defaults, offline: isError };
}

const NO_PARAMETERS: Parameters = {};
