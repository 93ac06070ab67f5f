import { useMutation } from "@tanstack/react-query";
import { ChevronsUpDown, Keyboard, LogIn, LogOut, SlidersHorizontal, UserRound } from "lucide-react";
import { useState } from "react";
import { signOut } from "../api/calls";
import type { Me } from "../api/types";
import { accountPath, consolePath, navigate } from "../app/router";
import { useServices } from "../app/services";
import { type LanguageChoice, type ThemeChoice, usePreferences } from "../preferences/preferences";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../ui/Menu";
import styles from "./AccountMenu.module.css";
import { ShortcutsPanel } from "./ShortcutsPanel";

export function AccountMenu({ me }: { me: Me }) {
  const { words, theme, setTheme, language, setLanguage } = usePreferences();
  const [showsShortcuts, setShowsShortcuts] = useState(false);
  const leave = useLeave();
  const isVisitor = me.kind === "visitor";

  return (
    <>
      <Menu
        side="top"
        fitTrigger
        trigger={
          <button type="button" className={styles.account}>
            <span className={styles.initial} aria-hidden>
              {[...me.name][0]?.toUpperCase()}
            </span>
            <span className={styles.name}>{me.name}</span>
            <span className="visually-hidden">{words.account}</span>
            <ChevronsUpDown aria-hidden />
          </button>
        }
      >
        {isVisitor && (
          <MenuItem icon={<LogIn />} onSelect={() => navigate("/sign-in")}>
            {words.signIn}
          </MenuItem>
        )}
        <MenuItem icon={<UserRound />} onSelect={() => navigate(accountPath())}>
          {words.yourAccount}
        </MenuItem>
        {me.is_admin && (
          <MenuItem icon={<SlidersHorizontal />} onSelect={() => navigate(consolePath())}>
            {words.console}
          </MenuItem>
        )}
        <MenuLine />
        <MenuChoice<ThemeChoice>
          label={words.theme}
          value={theme}
          onChange={setTheme}
          options={[
            { value: "system", label: words.themeSystem },
            { value: "light", label: words.themeLight },
            { value: "dark", label: words.themeDark },
          ]}
        />
        <MenuLine />
        <MenuChoice<LanguageChoice>
          label={words.language}
          value={language}
          onChange={setLanguage}
          options={[
            { value: "auto", label: words.languageAuto },
            { value: "en", label: <span lang="en">English</span> },
            { value: "zh", label: <span lang="zh-Hans">简体中文</span> },
          ]}
        />
        <MenuLine />
        <MenuItem icon={<Keyboard />} onSelect={() => setShowsShortcuts(true)}>
          {words.shortcuts}
        </MenuItem>
        <MenuItem icon={<LogOut />} onSelect={leave}>
          {words.signOut}
        </MenuItem>
      </Menu>
      <ShortcutsPanel open={showsShortcuts} onOpenChange={setShowsShortcuts} />
    </>
  );
}

/** Signs out here and in every other tab, and leaves nothing of the conversations in this page's memory. */
function useLeave() {
  const { queries, tabs } = useServices();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      tabs.tell({ kind: "session" });
      navigate("/");
      return queries.resetQueries();
    },
  });
  return () => leave.mutate();
}
