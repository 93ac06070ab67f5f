import type { ModelInfo, Parameters, Turn } from "../api/types";
import type { Draft } from "./drafts";
import { defaultModel, useModels } from "./queries";

export interface ChosenModel {
  /** Every model that answers; undefined while nobody knows. */
  models: ModelInfo[] | undefined;
  /** The one that answers next; undefined while nobody knows, or where there is none. */
  model: ModelInfo | undefined;
  name: string | undefined;
  parameters: Parameters;
  /** Whether the server is silent. */
  offline: boolean;
}

/** Who answers next, and how: what was chosen since the last turn, else as in it, else the default. */
export function useChosenModel(draft: Draft, last: Turn | undefined): ChosenModel {
  const { data: models, isError } = useModels();
  const named = (name: string | null | undefined) => models?.find((model) => model.name === name);
  const model = named(draft.model) ?? named(last?.model) ?? defaultModel(models);
  return {
    models,
    model,
    name: model?.name,
    parameters: draft.parameters ?? last?.parameters ?? NO_PARAMETERS,
    offline: isError,
  };
}

const NO_PARAMETERS: Parameters = {};
