interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export const Field = ({ label, value, onChange }: FieldProps) => (
  <label>
    {label}
    <input value={value} onInput={(event) => onChange(event.currentTarget.value)} />
  </label>
);

interface SelectProps extends FieldProps {
  readonly options: readonly (readonly [value: string, label: string])[];
}

export const Select = ({ label, value, options, onChange }: SelectProps) => (
  <label>
    {label}
    <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map(([one, text]) => (
        <option key={one} value={one}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

/** The fields in which something stands. */
export const withoutEmpty = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
