//! The device every tensor lives on, chosen once.

use burn::tensor::Device;

/// Where models train: Burn's portable CPU backend, recording operations for the backward pass.
pub fn training() -> Device {
    Device::flex().autodiff()
}

/// Where models are evaluated and looked into: the same backend without a tape. (A forward pass on
/// the recording device would keep its tape until the next backward pass.)
pub fn plain() -> Device {
    Device::flex()
}
