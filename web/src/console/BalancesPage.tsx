import { useInfiniteQuery } from "@tanstack/react-query";
import { Coins } from "lucide-react";
import { useState } from "react";
import type { WalletLine } from "../api/console";
import { fetchTeams } from "../api/teams";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { usePurseWords } from "../i18n/purse";
import { Empty, Named, Page, Toolbar } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { useSettled } from "../shell/useSettled";
import { type Column, DataTable } from "../ui/DataTable";
import { SearchField } from "../ui/SearchField";
import { Segments } from "../ui/Segments";
import { AllPayments } from "./AllPayments";
import { consoleKeys, usePeople, useWallets } from "./queries";

type Holders = "wallets" | "people" | "teams";

interface Holder {
  id: string;
  name: string;
  note: string;
}

export function BalancesPage() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const [holders, setHolders] = useState<Holders>("wallets");
  const [search, setSearch] = useState("");
  return (
    <Page title={pages.balances} lead={words.balancesLead}>
      <Toolbar>
        <Segments<Holders>
          label={words.findHolder}
          value={holders}
          onChange={setHolders}
          options={[
            { value: "wallets", label: words.withWallet },
            { value: "people", label: pages.people },
            { value: "teams", label: pages.teams },
          ]}
        />
        {holders === "people" && (
          <SearchField label={words.searchPeople} value={search} onChange={setSearch} />
        )}
      </Toolbar>
      {holders === "wallets" && <Wallets />}
      {holders === "people" && <People search={search} />}
      {holders === "teams" && <Teams />}
      <AllPayments />
    </Page>
  );
}

/** Of everybody who ever had money. */
function Wallets() {
  const words = useConsoleWords();
  const purse = usePurseWords();
  const format = useFormat();
  const wallets = useWallets();
  const columns: Column<WalletLine>[] = [
    {
      key: "name",
      header: words.holder,
      cell: ({ holder_id, name }) => (
        <Named name={<Link href={consolePath("balances", holder_id)}>{name || holder_id}</Link>} />
      ),
    },
    {
      key: "available",
      header: purse.available,
      align: "end",
      cell: ({ available }) => format.money(available),
    },
    { key: "held", header: purse.held, align: "end", cell: ({ held }) => format.money(held) },
  ];
  return (
    <Paged
      query={wallets}
      rowsOf={(page) => page.wallets}
      empty={<Empty icon={Coins} title={words.noWallets} text={words.noWalletsText} />}
    >
      {(rows) => (
        <DataTable
          label={words.findHolder}
          columns={columns}
          rows={rows}
          rowKey={({ holder_id }) => holder_id}
        />
      )}
    </Paged>
  );
}

function People({ search }: { search: string }) {
  const words = useConsoleWords();
  const people = usePeople(useSettled(search.trim(), 180), "person");
  return (
    <Paged
      query={people}
      rowsOf={(page) =>
        page.people.map(({ id, name, email, phone }) => ({ id, name, note: email ?? phone ?? "" }))
      }
      empty={<Empty icon={Coins} title={words.nobodyFound} text={words.nobodyFoundText} />}
    >
      {(rows) => <HolderTable holders={rows} />}
    </Paged>
  );
}

function Teams() {
  const words = useConsoleWords();
  const teams = useTeams();
  return (
    <Paged
      query={teams}
      rowsOf={(page) =>
        page.teams.map(({ id, name, pays_for_members }) => ({
          id,
          name,
          note: pays_for_members ? words.pays : "",
        }))
      }
      empty={<Empty icon={Coins} title={words.noTeams} />}
    >
      {(rows) => <HolderTable holders={rows} />}
    </Paged>
  );
}

export function useTeams() {
  return useInfiniteQuery({
    queryKey: consoleKeys.teams,
    queryFn: ({ pageParam, signal }) => fetchTeams(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

function HolderTable({ holders }: { holders: readonly Holder[] }) {
  const words = useConsoleWords();
  const columns: Column<Holder>[] = [
    {
      key: "name",
      header: words.holder,
      cell: ({ id, name, note }) => (
        <Named name={<Link href={consolePath("balances", id)}>{name}</Link>} note={note} />
      ),
    },
    {
      key: "open",
      header: "",
      align: "end",
      cell: ({ id, name }) => (
        <Link href={consolePath("balances", id)} aria-label={`${words.open}: ${name}`}>
          {words.open}
        </Link>
      ),
    },
  ];
  return <DataTable label={words.findHolder} columns={columns} rows={holders} rowKey={({ id }) => id} />;
}
