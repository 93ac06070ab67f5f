import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@fontsource-variable/figtree/wght.css";
import "@fontsource-variable/figtree/wght-italic.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@fontsource-variable/newsreader/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { App } from "./app/App";
import { takeArrival } from "./app/arrival";
import { reloadWhenOutdated } from "./app/freshBuild";
import { createServices } from "./app/services";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");

reloadWhenOutdated();
createRoot(root).render(
  <StrictMode>
    <App services={createServices()} arrival={takeArrival()} />
  </StrictMode>,
);
