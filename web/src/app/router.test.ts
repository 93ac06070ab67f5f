import { describe, expect, it } from "vitest";
import {
  ACCOUNT_SECTIONS,
  accountPath,
  CONSOLE_SECTIONS,
  consolePath,
  conversationPath,
  newInProjectPath,
  projectPath,
  routeOf,
} from "./router";

describe("addresses", () => {
  it("lead to the beginning of a conversation, to a conversation, or nowhere", () => {
    expect(routeOf("/")).toEqual({ page: "chat", conversationId: null, projectId: null });
    expect(routeOf("/sign-in")).toEqual({ page: "sign-in" });
    expect(routeOf("/invitation")).toEqual({ page: "sign-in" });
    expect(routeOf("/c/conv_1")).toEqual({ page: "chat", conversationId: "conv_1", projectId: null });
    expect(routeOf("/c/")).toEqual({ page: "unknown" });
    expect(routeOf("/c/conv_1/more")).toEqual({ page: "unknown" });
    expect(routeOf("/elsewhere")).toEqual({ page: "unknown" });
  });

  it("lead to a project, and to the beginning of a conversation in it", () => {
    expect(routeOf(projectPath("a/b"))).toEqual({ page: "project", projectId: "a/b" });
    expect(routeOf(newInProjectPath("p"))).toEqual({ page: "chat", conversationId: null, projectId: "p" });
    expect(routeOf("/projects")).toEqual({ page: "unknown" });
    expect(routeOf("/projects/p/else")).toEqual({ page: "unknown" });
  });

  it("survive any id, and any rubbish", () => {
    expect(routeOf(conversationPath("a/b c"))).toEqual({
      page: "chat",
      conversationId: "a/b c",
      projectId: null,
    });
    expect(routeOf("/c/%E0%A4%A")).toEqual({ page: "unknown" });
    expect(routeOf("/console/people/%E0%A4%A")).toEqual({ page: "unknown" });
  });

  it("lead to each section of the account and the console, by the path that links to it", () => {
    for (const section of ACCOUNT_SECTIONS)
      expect(routeOf(accountPath(section))).toEqual({ page: "account", section, id: null });
    for (const section of CONSOLE_SECTIONS)
      expect(routeOf(consolePath(section))).toEqual({ page: "console", section, id: null });
    expect(routeOf(accountPath())).toEqual({ page: "account", section: null, id: null });
    expect(routeOf(consolePath())).toEqual({ page: "console", section: null, id: null });
    expect(routeOf("/account/elsewhere")).toEqual({ page: "unknown" });
    expect(routeOf("/console/constructor")).toEqual({ page: "unknown" });
  });

  it("lead to one thing within a section", () => {
    expect(routeOf(accountPath("teams", "a/b"))).toEqual({ page: "account", section: "teams", id: "a/b" });
    expect(routeOf(consolePath("people", "a/b"))).toEqual({ page: "console", section: "people", id: "a/b" });
    expect(routeOf("/console/people/a/b")).toEqual({ page: "unknown" });
    expect(routeOf("/account/keys/a/b")).toEqual({ page: "unknown" });
  });
});
