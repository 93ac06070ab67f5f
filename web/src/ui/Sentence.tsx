/** A sentence in which `commands` stand between backticks, as the server writes them. */
export function Sentence({ text }: { text: string }) {
  const parts = text.split("`");
  // An odd number of parts: every backtick has its partner.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, index) => {
    const key = `${index} ${part}`;
    return index % 2 === 1 ? <code key={key}>{part}</code> : <span key={key}>{part}</span>;
  });
}
