import { useMemo } from "react";
import { EVERYWHERE, UNKNOWN_COUNTRY, useCountryName } from "../i18n/availability";
import { usePreferences } from "../preferences/preferences";
import { SelectField } from "../ui/Field";

interface CountryFieldProps {
  label: string;
  countries: readonly string[];
  /** Offers all countries at once, too. */
  anywhere?: boolean;
  value: string;
  error?: string | null;
  onChange: (code: string) => void;
}

/** Countries by their names in the reader's language, in its order. */
export function CountryField({ label, countries, anywhere, value, error, onChange }: CountryFieldProps) {
  const { locale } = usePreferences();
  const countryName = useCountryName();
  const options = useMemo(() => {
    const { compare } = new Intl.Collator(locale);
    const named = countries.map((code) => ({ value: code, label: countryName(code) }));
    named.sort((one, other) => compare(one.label, other.label));
    const first = anywhere ? [EVERYWHERE, UNKNOWN_COUNTRY] : [UNKNOWN_COUNTRY];
    return [...first.map((code) => ({ value: code, label: countryName(code) })), ...named];
  }, [locale, countries, anywhere, countryName]);
  return <SelectField label={label} error={error} value={value} options={options} onChange={onChange} />;
}
