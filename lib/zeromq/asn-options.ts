/** Options of the two ends of an OptoDAS stream. */
import { type DurationLike, toDuration } from '../time.js';
import { type SenderOptions, type SenderSettings, senderOptionNames, senderSettings } from './publisher-options.js';
import { addressOption, choiceOption, knownOptions } from './socket-options.js';
import {
  type ReceiverOptions,
  type ReceiverSettings,
  receiverOptionNames,
  receiverSettings,
} from './subscriber-options.js';

/** Options of `ASNSubscriber`. */
export interface ASNSubscriberOptions extends ReceiverOptions {
  /**
   * `'raw'` (default): samples as they came, in the instrument's dtype. `'strain rate'`: converted with `dataScale` and the
   * sensitivity of the header (`toStrainRate`); the stream fails with `BAD_ARGUMENT` at a header that does not say how.
   */
  values?: 'raw' | 'strain rate';
  /**
   * Jitter of the frames' times that is no gap, as a duration (bigint ns, seconds, or text such as `'1ms'`): the tolerance of the
   * time coordinates. Default 0, as in xdas: the clock of an instrument counts samples.
   */
  tolerance?: DurationLike;
}

const subscriberNames = [
  'values',
  'tolerance',
  ...receiverOptionNames,
] as const satisfies readonly (keyof ASNSubscriberOptions)[];

/** Options of an `ASNSubscriber` checked, defaults filled in. */
export interface ASNSubscriberSettings extends ReceiverSettings {
  endpoint: string;
  values: 'raw' | 'strain rate';
  tolerance: bigint | null;
}

export function asnSubscriberSettings(address: string, options: ASNSubscriberOptions): ASNSubscriberSettings {
  knownOptions('ASNSubscriber', options, subscriberNames);
  return {
    ...receiverSettings(options),
    endpoint: endpointOf(addressOption('ASNSubscriber', address)),
    values: choiceOption('values', options.values ?? 'raw', ['raw', 'strain rate']),
    tolerance: options.tolerance === undefined ? null : toDuration(options.tolerance),
  };
}

/** Options of `ASNPublisher`: those of every publisher. */
export type ASNPublisherOptions = SenderOptions;

/** Checks the options of an `ASNPublisher` and fills in defaults. */
export function asnPublisherSettings(address: string, options: ASNPublisherOptions): SenderSettings {
  knownOptions('ASNPublisher', options, senderOptionNames);
  return senderSettings('ASNPublisher', endpointOf(addressOption('ASNPublisher', address)), options);
}

/** The ZeroMQ end point of an address, which may be written with `asn+` before it, as in pipelines. */
export function endpointOf(address: string): string {
  return address.replace(/^asn\+/i, '');
}
