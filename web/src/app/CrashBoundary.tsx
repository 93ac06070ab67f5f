import { Component, type ReactNode } from "react";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { Plain } from "./Interim";

/** Catches what no component foresaw, so that nobody ever looks at a white page. */
export class CrashBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override render(): ReactNode {
    return this.state.crashed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const words = useWords();
  return (
    <Plain title={words.crashed} text={words.crashedText}>
      <Button look="solid" onClick={() => location.reload()}>
        {words.reload}
      </Button>
    </Plain>
  );
}
