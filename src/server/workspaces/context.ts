import type { Terms } from '../../contracts/control/terms.js';
import type { CreateWorkspaceBody } from '../../contracts/control/workspaces.js';
import type { Transport } from '../engine/deliveries/attempt.js';
import type { Player } from '../engine/player.js';
import type { Vendor } from '../providers/provider.js';
import type { Apartness } from '../shared/shared.js';
import type { SettingsByVendor } from './settings.js';

/** What all workspaces of a server share. */
export interface WorkspaceContext {
  readonly vendors: readonly Vendor[];
  readonly player: Player;
  readonly transport: Transport;
  /** Hears sentences for a person at the terminal. */
  readonly warn: (text: string) => void;
  /** Strangers share the server: apps are on other machines, where listeners take what is sent to them. */
  readonly isShared?: boolean;
  /** Keeps strangers apart; absent where one workspace of such a server is lived elsewhere. */
  readonly apart?: Apartness | undefined;
}

/** What a workspace may be made with; everything is optional. */
export interface WorkspaceOptions extends CreateWorkspaceBody {
  /** By the name of the vendor. */
  readonly settings?: SettingsByVendor;
  /** What nobody can guess. The workspace's credentials are made from it, or else from its number. */
  readonly secret?: string;
  /** Of a workspace of a shared service. */
  readonly terms?: Terms;
}
