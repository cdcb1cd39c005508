/** Removes fields that are undefined, and makes them optional in the type. */

type Optional<T> = {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] };

export function withoutUndefined<T extends object>(value: T): Required<T> & Optional<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined)
  ) as Required<T> & Optional<T>;
}
