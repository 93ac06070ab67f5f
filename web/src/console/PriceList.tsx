import { Plus, Tags } from "lucide-react";
import { useState } from "react";
import type { Price } from "../api/console";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { doorName } from "../i18n/pages/names";
import { Empty, Named, Section } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { Button } from "../ui/Button";
import { type Column, DataTable } from "../ui/DataTable";
import { CheckField } from "../ui/Field";
import { Tag } from "../ui/Tag";
import { PricePanel } from "./PricePanel";
import { priceVersions } from "./priceVersions";
import { usePrices } from "./queries";

export function PriceList() {
  const words = useConsoleWords();
  const prices = usePrices();
  const [sets, setSets] = useState(false);
  const create = (
    <Button onClick={() => setSets(true)}>
      <Plus aria-hidden />
      {words.newPrice}
    </Button>
  );
  return (
    <Section
      title={words.prices}
      lead={words.pricesLead}
      actions={(prices.data?.pages[0]?.prices.length ?? 0) > 0 && create}
    >
      <Paged
        query={prices}
        rowsOf={(page) => page.prices}
        empty={
          <Empty icon={Tags} title={words.noPrices} text={words.noPricesText}>
            {create}
          </Empty>
        }
      >
        {(loaded) => <Versions prices={loaded} />}
      </Paged>
      {sets && <PricePanel onClose={() => setSets(false)} />}
    </Section>
  );
}

function Versions({ prices }: { prices: readonly Price[] }) {
  const words = useConsoleWords();
  const [showsEarlier, setShowsEarlier] = useState(false);
  const { current, coming, earlier } = priceVersions(prices, new Date());
  return (
    <>
      <PriceTable
        prices={[...current, ...coming, ...(showsEarlier ? earlier : [])]}
        isPast={(price) => earlier.includes(price)}
      />
      {earlier.length > 0 && (
        <CheckField label={words.showEarlier} checked={showsEarlier} onChange={setShowsEarlier} />
      )}
    </>
  );
}

function PriceTable({ prices, isPast }: { prices: readonly Price[]; isPast: (price: Price) => boolean }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const rate = (name: keyof Price["tariff"], header: string): Column<Price> => ({
    key: name,
    header,
    align: "end",
    cell: ({ tariff, currency }) => format.exactMoney({ micros: tariff[name], currency }),
  });
  const columns: Column<Price>[] = [
    {
      key: "for",
      header: words.priceFor,
      cell: ({ model, door }) => (
        <Named
          name={model === "*" ? words.allModels : model}
          note={door === "*" ? words.allDoors : doorName(pages, door)}
        />
      ),
    },
    rate("input_micros", words.input),
    rate("cached_input_micros", words.cachedInput),
    rate("output_micros", words.output),
    rate("prompt_micros", words.perPrompt),
    rate("request_micros", words.perRequest),
    {
      key: "since",
      header: words.since,
      cell: ({ valid_from }) =>
        Date.parse(valid_from) > Date.now() ? (
          <Tag tone="weld">{words.beginsAt(format.date(valid_from))}</Tag>
        ) : (
          format.date(valid_from)
        ),
    },
  ];
  return (
    <DataTable label={words.prices} columns={columns} rows={prices} rowKey={({ id }) => id} isPast={isPast} />
  );
}
