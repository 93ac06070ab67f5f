/** The ways to train that people choose between; programs may ask for others. */
import type { Method } from "../../api/improvements";
import type { ImprovementsWords } from "../../i18n/improvements/en";

export interface Recipe {
  /** Its methods, joined. */
  key: string;
  methods: Method[];
  name: string;
  text: string;
}

export function recipesIn(words: ImprovementsWords): Recipe[] {
  const recipe = (methods: Method[], name: string, text: string) => ({
    key: methods.join("+"),
    methods,
    name,
    text,
  });
  return [
    recipe(["sft"], words.recipeSft, words.recipeSftText),
    recipe(["sft", "dpo"], words.recipeSftDpo, words.recipeSftDpoText),
    recipe(["dpo"], words.recipeDpo, words.recipeDpoText),
    recipe(["sft", "kto"], words.recipeKto, words.recipeKtoText),
    recipe(["sft", "reward", "grpo"], words.recipeGrpo, words.recipeGrpoText),
  ];
}
