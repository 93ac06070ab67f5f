import { describe, expect, it } from "vitest";
import { conversationPath, routeOf } from "./router";

describe("addresses", () => {
  it("lead to the beginning of a conversation, to a conversation, or nowhere", () => {
    expect(routeOf("/")).toEqual({ page: "chat", conversationId: null });
    expect(routeOf("/sign-in")).toEqual({ page: "chat", conversationId: null });
    expect(routeOf("/c/conv_1")).toEqual({ page: "chat", conversationId: "conv_1" });
    expect(routeOf("/c/")).toEqual({ page: "unknown" });
    expect(routeOf("/elsewhere")).toEqual({ page: "unknown" });
  });

  it("survive any id, and any rubbish", () => {
    expect(routeOf(conversationPath("a/b c"))).toEqual({ page: "chat", conversationId: "a/b c" });
    expect(routeOf("/c/%E0%A4%A")).toEqual({ page: "unknown" });
  });
});
