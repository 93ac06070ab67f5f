import { useState } from "react";
import { begin, type Improvement, type Material, type Method } from "../../api/improvements";
import { useImprovementsWords } from "../../i18n/improvements";
import { Form } from "../../layout/Form";
import { useSubmit } from "../../layout/useSubmit";
import { useWords } from "../../preferences/preferences";
import { Button } from "../../ui/Button";
import { SelectField } from "../../ui/Field";
import { Note } from "../../ui/Note";
import { Panel } from "../../ui/Panel";
import { useRefresh } from "../queries";
import { improvementKeys } from "./queries";
import { recipesIn } from "./recipes";

interface BeginPanelProps {
  material: Material;
  onClose: () => void;
  onBegun: (begun: Improvement) => void;
}

export function BeginPanel({ material, onClose, onBegun }: BeginPanelProps) {
  const app = useWords();
  const words = useImprovementsWords();
  const refresh = useRefresh();
  const recipes = recipesIn(words);
  const suggested = material.suggested.join("+");
  const [key, setKey] = useState(recipes.some((one) => one.key === suggested) ? suggested : "sft");
  const chosen = recipes.find((one) => one.key === key);
  const send = useSubmit((methods: Method[]) => begin(methods), {
    onDone: (begun) => {
      onBegun(begun);
      return refresh(improvementKeys.all);
    },
  });
  return (
    <Panel open onOpenChange={(open) => open || onClose()} title={words.begin} lead={words.beginLead}>
      <Form
        action={words.beginShort}
        busy={send.busy}
        error={send.error}
        onSubmit={() => chosen && send.submit(chosen.methods)}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        <SelectField
          label={words.recipe}
          hint={chosen?.text}
          value={key}
          options={recipes.map((one) => ({
            value: one.key,
            label: one.key === suggested ? words.suggested(one.name) : one.name,
          }))}
          onChange={setKey}
        />
        <Note tone="calm">{words.takesLong}</Note>
      </Form>
    </Panel>
  );
}
