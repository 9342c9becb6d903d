type NodeVm = typeof import('node:vm');

/**
 * Has each context of node:vm that is made from now on tell the time of this process: it comes with a `Date` of its own, which
 * nobody has faked, while the timers are handed to it. Jest runs tests in such contexts. The returned function ends that; contexts
 * that are there go on to tell the time of this process, whichever that is.
 */
export function leadContexts(): () => void {
  const vm = process.getBuiltinModule('node:vm');
  const { createContext } = vm;
  const led: NodeVm['createContext'] = (object, options) => {
    // It may be one already, or have a Date that is meant.
    const isLed = typeof object === 'object' && !vm.isContext(object) && !Reflect.has(object, 'Date');
    const context = createContext(object, options);
    if (isLed || typeof object !== 'object') lead(context, vm.runInContext('Date', context) as DateConstructor);
    return context;
  };
  vm.createContext = led;
  return () => {
    if (vm.createContext === led) vm.createContext = createContext;
  };
}

function lead(context: object, own: DateConstructor): void {
  // Not Date.now itself: it is another one once this process has its own time again.
  const now = (): number => Date.now();
  const value = new Proxy(own, {
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made) as Date,
    apply: (target) => new target(now()).toString(),
  });
  own.now = now;
  own.prototype.constructor = value;
  Reflect.defineProperty(context, 'Date', { value, writable: true, configurable: true });
}
