import type { ComponentChildren } from 'preact';
import type { VendorFacts } from '../../../../contracts/control/recording.js';

interface FormProps {
  readonly button: string;
  readonly disabled?: boolean;
  readonly onSubmit: () => Promise<void>;
  readonly children: ComponentChildren;
}

/** Fields in a grid, and what sends them. */
export const Form = ({ button, disabled, onSubmit, children }: FormProps) => (
  <form
    class="form"
    onSubmit={(event) => {
      event.preventDefault();
      void onSubmit();
    }}
  >
    {children}
    <button type="submit" disabled={disabled}>
      {button}
    </button>
  </form>
);

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

type ChoiceProps = Omit<SelectProps, 'options'>;

/** How often a rule counts. */
export const Times = (props: Omit<ChoiceProps, 'label'>) => <Field label="How often (always, if empty)" {...props} />;

/** The same as a number, if there is one. */
export const timesIn = (times: string) => (times === '' ? {} : { times: Number(times) });

/** One of these, or any. */
export const Choice = ({ options, ...props }: SelectProps) => <Select {...props} options={[['', 'any'], ...options]} />;

export const VendorChoice = ({
  vendors,
  ...props
}: Omit<ChoiceProps, 'label'> & { readonly vendors: readonly VendorFacts[] }) => (
  <Choice label="Vendor" {...props} options={vendors.map(({ name, title }) => [name, title])} />
);

/** The fields in which something stands. */
export const withoutEmpty = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
