import type { Micros } from '../../../../clock/instant.js';
import type { ConnectionFailure } from '../calendars/state.js';

export interface ZoomConnection {
  readonly id: string;
  readonly user_id: string;
  account_id: string;
  state: 'connected' | 'disconnected';
  /** JSON text in jsonb's order. */
  metadata: string | null;
  is_local_recording_token_supported: boolean;
  is_onbehalf_token_supported: boolean;
  connectionFailure: ConnectionFailure | null;
  readonly created_at: Micros;
  updated_at: Micros;
  last_attempted_sync_at: Micros | null;
}

/** Zoom's answers to the exchange of an authorization code and to the question who the user is. */
export interface ZoomUpstream {
  readonly exchange: 'fail' | { readonly scope?: string };
  readonly user: 'fail' | { readonly id?: string; readonly account_id?: string; readonly status?: string };
}
