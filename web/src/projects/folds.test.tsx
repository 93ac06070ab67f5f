// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFolds, useFolds } from "./folds";

describe("folds", () => {
  beforeEach(() => localStorage.clear());
  afterEach(cleanup);

  it("are as they were after a reload", () => {
    const { result, unmount } = renderHook(useFolds);
    act(() => result.current.fold("team_1", false));
    act(() => result.current.fold("project_1", true));
    unmount();
    expect(renderHook(useFolds).result.current.folds).toEqual({ team_1: false, project_1: true });
  });

  it("are none where what is stored is rubbish", () => {
    const [key] = (() => {
      const { result } = renderHook(useFolds);
      act(() => result.current.fold("a", true));
      return Object.keys(localStorage);
    })();
    localStorage.setItem(key ?? "", "{");
    expect(readFolds()).toEqual({});
    localStorage.setItem(key ?? "", "null");
    expect(readFolds()).toEqual({});
  });
});
