DROP TABLE appointments;
DROP TABLE appointment_slots;
DROP TYPE appointment_status_enum;
