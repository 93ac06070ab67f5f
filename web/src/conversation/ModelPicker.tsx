import { ChevronDown } from "lucide-react";
import type { ModelInfo } from "../api/types";
import type { Words } from "../i18n/en";
import { usePreferences } from "../preferences/preferences";
import { Menu, MenuChoice } from "../ui/Menu";
import styles from "./ModelPicker.module.css";
import type { ChosenModel } from "./useChosenModel";

interface ModelPickerProps {
  chosen: ChosenModel;
  onChoose: (name: string) => void;
}

export function ModelPicker({ chosen, onChoose }: ModelPickerProps) {
  const { words } = usePreferences();
  const { model, models } = chosen;
  if (model === undefined || models === undefined) {
    return (
      <span className={styles.waiting}>{chosen.offline ? words.modelsFailed : words.modelsLoading}</span>
    );
  }
  return (
    <Menu
      trigger={
        <button type="button" className={styles.trigger} aria-label={`${words.model}: ${model.name}`}>
          <StateDot state={model.state} />
          <span className={styles.name}>{model.name}</span>
          <ChevronDown aria-hidden />
        </button>
      }
    >
      <MenuChoice
        label={words.model}
        value={model.name}
        onChange={onChoose}
        options={models.map((each) => ({ value: each.name, label: <ModelLine model={each} /> }))}
      />
    </Menu>
  );
}

function ModelLine({ model }: { model: ModelInfo }) {
  const { words, locale } = usePreferences();
  const facts = [
    model.is_default && words.modelDefault,
    model.state !== "ready" && stateWord(model.state, words),
    model.context_tokens > 0 && words.modelWindow(model.context_tokens.toLocaleString(locale)),
  ];
  return (
    <span className={styles.line}>
      <span className={styles.lineName}>
        {model.name} <StateDot state={model.state} />
      </span>
      <small>{facts.filter(Boolean).join(" · ")}</small>
    </span>
  );
}

function StateDot({ state }: { state: ModelInfo["state"] }) {
  return <i className={styles.dot} data-state={state} aria-hidden />;
}

function stateWord(state: ModelInfo["state"], words: Words): string {
  const wordFor = {
    starting: words.stateStarting,
    ready: words.stateReady,
    restarting: words.stateRestarting,
    failed: words.stateFailed,
    stopped: words.stateStopped,
  };
  return wordFor[state];
}
